//! Expressions that are made up.

use super::{Maker, NAMES};

impl Maker<'_> {
    pub(super) fn expression(&mut self) -> String {
        if self.depth > 3 {
            return match self.random.below(3) {
                0 => self.word().to_owned(),
                1 => self.number().to_owned(),
                _ => self.name(),
            };
        }
        self.depth += 1;
        let made = self.compound();
        self.depth -= 1;
        made
    }

    fn compound(&mut self) -> String {
        let e = |maker: &mut Self| maker.expression();
        match self.random.below(40) {
            0..3 => self.word().to_owned(),
            3..5 => self.number().to_owned(),
            5..8 => self.name(),
            8 => self
                .random
                .of(&[
                    "True", "False", "None", "1.5", "b'x'", "()", "[]", "{}", "set()",
                ])
                .to_owned(),
            9..12 => self.list(),
            12..14 => self.dict(),
            14 => format!("({}, {})", e(self), e(self)),
            15 => {
                let operator = self.random.of(&[
                    "+", "+", "+", "-", "*", "/", "//", "%", "**", "|", "&", "^", "<<",
                ]);
                format!("({} {operator} {})", e(self), e(self))
            }
            16 => format!("({} if {} else {})", e(self), self.condition(), e(self)),
            17 => {
                let operator = self.random.of(&["or", "and"]);
                format!("({} {operator} {})", e(self), e(self))
            }
            18 => self.condition(),
            19..22 => self.environment(),
            22..25 => self.text(),
            25..28 => self.builtin(),
            28..30 => self.path(),
            30..32 => self.comprehension(),
            32 => format!("{}[{}]", self.name(), self.index()),
            33 => {
                let method = self.random.of(&[
                    "copy()",
                    "keys()",
                    "values()",
                    "items()",
                    "get('a')",
                    "get('b', 0)",
                    "pop()",
                    "count('a')",
                    "index('a')",
                    "get(1)",
                    "pop('a', 5)",
                    "setdefault('a', [])",
                ]);
                format!("{}.{method}", self.name())
            }
            34 => self.call(),
            35 => self.format(),
            36 => format!(
                "(lambda x, y=2: {})({})",
                self.random.of(&[
                    "x",
                    "y",
                    "(x, y)",
                    "[x] + [y]",
                    "x or y",
                    "str(x)",
                    "x == y"
                ]),
                e(self)
            ),
            37 => format!(
                "copy.{}({})",
                self.random.of(&["copy", "deepcopy"]),
                self.name()
            ),
            38 => format!("({} := {})", self.random.of(NAMES), e(self)),
            _ => format!("-{}", self.number()),
        }
    }

    fn list(&mut self) -> String {
        let count = self.random.below(4);
        let items: Vec<String> = (0..count)
            .map(|_| match self.random.below(6) {
                0 => format!("*{}", self.name()),
                _ => self.expression(),
            })
            .collect();
        let (open, close) = [("[", "]"), ("[", "]"), ("(", ",)"), ("{", "}")][self.random.below(4)];
        if items.is_empty() {
            return "[]".to_owned();
        }
        format!("{open}{}{close}", items.join(", "))
    }

    fn dict(&mut self) -> String {
        let count = self.random.below(4);
        let pairs: Vec<String> = (0..count)
            .map(|_| match self.random.below(6) {
                0 => format!("**{}", self.name()),
                1 => format!("{}: {}", self.expression(), self.expression()),
                _ => format!("{}: {}", self.word(), self.expression()),
            })
            .collect();
        match self.random.below(5) {
            0 => format!("dict(a={}, b={})", self.expression(), self.expression()),
            1 => format!("dict({}, c={})", self.name(), self.expression()),
            _ => format!("{{{}}}", pairs.join(", ")),
        }
    }

    fn index(&mut self) -> String {
        match self.random.below(8) {
            0 => "'a'".to_owned(),
            1 => "-1".to_owned(),
            2 => format!("{}:", self.number()),
            3 => format!(":{}", self.number()),
            4 => "::-1".to_owned(),
            5 => format!("{}:{}:2", self.number(), self.number()),
            6 => self.expression(),
            _ => "0".to_owned(),
        }
    }

    pub(super) fn condition(&mut self) -> String {
        let e = |maker: &mut Self| maker.expression();
        match self.random.below(12) {
            0 => format!("not {}", self.name()),
            1 => format!("({} == {})", e(self), e(self)),
            2 => format!("({} in {})", e(self), e(self)),
            3 => format!("({} is None)", e(self)),
            4 => format!("({} not in {})", self.word(), self.name()),
            5 => format!("('{}' in os.environ)", self.variable()),
            6 => format!("(0 < {} <= 10)", e(self)),
            7 => format!(
                "isinstance({}, {})",
                self.name(),
                self.random
                    .of(&["str", "list", "dict", "(list, tuple)", "int", "bool"])
            ),
            8 => format!(
                "({} is not {})",
                self.name(),
                self.random.of(&["True", "None", "False"])
            ),
            9 => format!(
                "({} {} {})",
                e(self),
                self.random.of(&["<", ">=", "!=", "is", ">"]),
                e(self)
            ),
            10 => format!(
                "(os.environ.get('{}', {}) == {})",
                self.variable(),
                self.word(),
                self.word()
            ),
            _ => self.name(),
        }
    }

    pub(super) fn environment(&mut self) -> String {
        let variable = self.variable();
        if self.has_libraries && self.random.chance(2) {
            let call = self.random.of(&[
                "env('#')",
                "env('#', default=False)",
                "env('#', default='x')",
                "env('#', default=3)",
                "env('#', default=[])",
                "env.bool('#')",
                "env.bool('#', default=True)",
                "env.list('#')",
                "env.list('#', default=['d'])",
                "env.int('#', default=1)",
                "env.str('#', 'x')",
                "env('#', cast=bool)",
                "scheme('#')",
                "scheme('#', default='x')",
                "scheme.bool('#', False)",
                "config('#', default=False, cast=bool)",
                "config('#', cast=Csv(), default='a,b')",
                "config('#', default=1, cast=int)",
                "config('#', 'x')",
                "environs.bool('#', False)",
                "environs.list('#', [])",
                "environs.int('#', 1)",
                "environs('#', None)",
                "environs.str('#', 'y')",
                "environs.list('#', subcast=int, default=[1])",
                "env.tuple('#', default=())",
                "env.dict('#', default={})",
                "env.float('#', default=1.5)",
                "env('#', default=None)",
            ]);
            return call.replace('#', variable);
        }
        match self.random.below(9) {
            0 => format!("os.environ['{variable}']"),
            1 => format!("os.environ.get('{variable}')"),
            2 => format!("os.environ.get('{variable}', {})", self.expression()),
            3 => format!("os.getenv('{variable}', {})", self.word()),
            4 => format!("getenv('{variable}')"),
            5 => format!("environ.get('{variable}', default={})", self.word())
                .replace("default=", ""),
            6 => format!("os.environ.setdefault('{variable}', {})", self.word()),
            7 => format!("os.environ.pop('{variable}', {})", self.word()),
            _ => format!("os.environ.get('{variable}', {}).split(',')", self.word()),
        }
    }

    fn text(&mut self) -> String {
        let methods = [
            "lower()",
            "upper()",
            "strip()",
            "lstrip()",
            "rstrip('/')",
            "split(',')",
            "split()",
            "split(',', 1)",
            "rsplit('/', 1)",
            "replace('a', 'b')",
            "startswith('a')",
            "endswith(('a', '/'))",
            "title()",
            "capitalize()",
            "partition(',')",
            "rpartition('/')",
            "isdigit()",
            "encode()",
            "zfill(4)",
            "find('a')",
            "count('a')",
            "index('a')",
            "join(['x', 'y'])",
            "splitlines()",
            "removeprefix('a')",
            "removesuffix('/')",
            "swapcase()",
            "format('x')",
            "format(1, 2)",
            "format(a=3)",
            "isalpha()",
            "ljust(3)",
            "rjust(3, '.')",
            "center(5)",
            "casefold()",
            "isupper()",
            "strip('a/')",
            "expandtabs()",
            "translate({})",
        ];
        let method = self.random.of(&methods);
        match self.random.below(4) {
            0 => format!("{}.{method}", self.name()),
            1 => format!("str({}).{method}", self.expression()),
            _ => format!("{}.{method}", self.word()),
        }
    }

    fn builtin(&mut self) -> String {
        let functions = [
            "bool",
            "int",
            "str",
            "list",
            "tuple",
            "set",
            "len",
            "sorted",
            "float",
            "sum",
            "min",
            "max",
            "any",
            "all",
            "abs",
            "dict",
            "repr",
            "list(reversed",
            "list(enumerate",
            "range",
            "list(range",
            "bytes",
            "frozenset",
            "type",
            "round",
            "callable",
            "list(map(str",
            "list(filter(None",
            "dict(enumerate",
            "sorted(set",
            "tuple(sorted",
            "list(zip",
            "json.dumps",
            "hash",
            "iter",
            "ord",
            "chr",
            "hex",
            "id",
            "json.loads",
        ];
        let function = self.random.of(&functions);
        let inner = self.expression();
        let end = ")".repeat(function.matches('(').count());
        match (function, self.random.below(3)) {
            ("list(map(str" | "list(filter(None", _) => format!("{function}, {inner}){end}"),
            ("int", 0) => format!("int({inner}, 8)"),
            ("min" | "max" | "list(zip", 0) => {
                format!("{function}({inner}, {}){end}", self.expression())
            }
            ("sorted", 0) => format!("sorted({inner}, reverse=True)"),
            ("sorted", 1) => format!("sorted({inner}, key=len)"),
            _ => format!("{function}({inner}){end}"),
        }
    }

    fn path(&mut self) -> String {
        let base = self.random.of(&[
            "Path(__file__)",
            "Path(__file__).resolve()",
            "Path(__file__).resolve().parent.parent",
            "__file__",
            "os.path.dirname(__file__)",
            "os.path.abspath(__file__)",
            "'/srv/x'",
            "Path('/srv') / 'a'",
            "'rel/x'",
            "Path('rel')",
            "dirname(dirname(abspath(__file__)))",
        ]);
        let inner = match self.random.below(2) {
            0 => base.to_owned(),
            _ => self.name(),
        };
        let change = self.random.of(&[
            "os.path.join(#, 'a')",
            "os.path.join(#, 'a', '../b/')",
            "os.path.dirname(#)",
            "os.path.basename(#)",
            "os.path.normpath(#)",
            "os.path.abspath(#)",
            "os.path.splitext(#)[0]",
            "os.path.split(#)",
            "Path(#) / 'x'",
            "(Path(#) / 'x').parent",
            "str(Path(#))",
            "Path(#).name",
            "Path(#).parents[1]",
            "join(#, '/abs')",
            "Path(#).joinpath('a', '/b')",
            "'%s/x' % #",
            "f'{#}/y'",
            "os.path.isabs(#)",
            "Path(#).stem",
            "Path(#).suffix",
            "Path(#).with_name('q')",
            "Path(#).as_posix()",
            "os.path.realpath(#)",
            "os.fspath(#)",
            "'{}/z'.format(#)",
            "Path(#).with_suffix('.x')",
            "Path(#).parts",
            "Path('a', #)",
            "Path(#).is_absolute()",
            "osp.join(#, 'q')",
            "os.path.join(#, os.pardir, 'z')",
            "Path(#).relative_to('/srv')",
            "os.path.relpath(#, '/srv')",
            "os.path.exists(#)",
        ]);
        change.replace('#', &inner)
    }

    fn comprehension(&mut self) -> String {
        let over = self.expression();
        let element = self.random.of(&[
            "x",
            "str(x)",
            "(x, 1)",
            "[x]",
            "x * 2",
            "{'k': x}",
            "A",
            "x.strip()",
            "f'{x}!'",
        ]);
        match self.random.below(9) {
            0 => format!("[{element} for x in {over}]"),
            1 => format!("[{element} for x in {over} if x]"),
            2 => format!("{{x: {element} for x in {over}}}"),
            3 => format!("{{str(x) for x in {over}}}"),
            4 => format!(
                "list({element} for x in {over} if x not in {})",
                self.name()
            ),
            5 => format!(
                "[x for y in {over} for x in {}]",
                self.random.of(&["y", "[y, y]", "A", "str(y)"])
            ),
            6 => format!("{{k: v for k, v in {}.items()}}", self.name()),
            7 => format!("','.join(str(x) for x in {over})"),
            _ => format!("any({element} for x in {over})"),
        }
    }

    pub(super) fn call(&mut self) -> String {
        if self.functions.is_empty() {
            return self.word().to_owned();
        }
        let at = self.random.below(self.functions.len());
        let (name, count) = self.functions[at].clone();
        let mut arguments: Vec<String> = (0..count).map(|_| self.expression()).collect();
        if self.random.chance(4) && count > 0 {
            arguments.pop();
        }
        format!("{name}({})", arguments.join(", "))
    }

    fn format(&mut self) -> String {
        let e = self.expression().replace(['"', '\\', '{', '}'], "");
        match self.random.below(10) {
            0 => format!("'%s-%s' % ({}, {})", self.expression(), self.expression()),
            1 => format!("'%d' % {}", self.expression()),
            2 => format!("'%(a)s' % {}", self.expression()),
            3 => format!("'%r %05d' % ({}, {})", self.expression(), self.number()),
            4 => format!("f\"{{{e}}}\""),
            5 => format!("f\"x{{{e}!r}}y\""),
            6 => format!("f\"{{{e}:>5}}\""),
            7 => format!(
                "'{{}}:{{}}'.format({}, {})",
                self.expression(),
                self.expression()
            ),
            8 => format!(
                "'{{0}}{{1}}{{0}}'.format({}, {})",
                self.expression(),
                self.number()
            ),
            _ => format!("'{{a}}'.format(a={})", self.expression()),
        }
    }
}
