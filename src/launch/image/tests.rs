use super::*;
use crate::files::Files;
use crate::host::PathMap;
use crate::tree::Memory;

fn dockerfile(text: &str) -> (Arc<SourceFile>, Dockerfile) {
    let files = Files::new(Memory::new(), PathMap::new());
    let source = files.intern("/Dockerfile".into(), text.into());
    let parsed = parse(&source);
    (source, parsed)
}

fn words(words: &[Word]) -> Vec<&str> {
    words
        .iter()
        .map(|word| word.text().unwrap_or("?"))
        .collect()
}

const REAL: &str = "# syntax=docker/dockerfile:1\nARG VERSION=3.12\nFROM python:${VERSION}-slim AS base\n\
ENV PYTHONUNBUFFERED=1 APP=/code \\\n    # a comment\n    NAME=\"a b\"\nWORKDIR $APP\n\
RUN --mount=type=cache,target=/root/.cache apt-get update && \\\n    apt-get install -y gcc\n\
COPY requirements.txt .\nRUN pip install -r requirements.txt\n\n\
FROM base as production\nCOPY --chown=app:app . .\nCOPY --from=base /x /y/\nUSER app:www-data\n\
EXPOSE 8000\nSTOPSIGNAL SIGINT\nHEALTHCHECK CMD curl localhost\nENTRYPOINT [\"/entry.sh\"]\n\
CMD [\"uwsgi\", \"--ini\", \"\\u0061.ini\"]\n";

#[test]
fn an_image_is_built_of_its_stages() {
    let (source, dockerfile) = dockerfile(REAL);
    assert!(dockerfile.is_whole);
    assert_eq!(dockerfile.stages.len(), 2);
    let built = dockerfile.build(None, &[]).unwrap();
    assert_eq!(built.stages, [0, 1]);
    assert!(built.base.as_ref().unwrap().is("python:3.12-slim"));
    assert!(built.environment.get("NAME").unwrap().value.is("a b"));
    assert!(built.working_directory.as_ref().unwrap().is("/code"));
    let runs: Vec<Vec<&str>> = built
        .runs
        .iter()
        .map(|ran| words(&ran.command.words))
        .collect();
    assert_eq!(
        runs,
        [
            vec!["apt-get", "update"],
            vec!["apt-get", "install", "-y", "gcc"],
            vec!["pip", "install", "-r", "requirements.txt"]
        ]
    );
    assert_eq!(source.text(built.runs[1].command.words[3].span), "gcc");
    let destinations: Vec<&str> = built
        .copies
        .iter()
        .map(|copy| copy.destination.text().unwrap())
        .collect();
    assert_eq!(destinations, ["/code/", "/code/", "/y/"]);
    assert!(matches!(built.copies[2].from, Some(CopyFrom::Stage(0))));
    assert!(built.copies[1].chown.as_ref().unwrap().is("app:app"));
    let (user, group) = built.user.unwrap();
    assert!(user.is("app") && group.unwrap().is("www-data"));
    let Some((Invocation::Exec(cmd), _)) = &built.cmd else {
        panic!("{:?}", built.cmd);
    };
    assert_eq!(words(cmd), ["uwsgi", "--ini", "a.ini"]);
    assert_eq!(source.text(cmd[0].span), "\"uwsgi\"");
    assert!(built.stop_signal.unwrap().is("SIGINT"));
    let base = dockerfile.build(Some("base"), &[]).unwrap();
    assert!(base.cmd.is_none() && base.copies.len() == 1);
    assert!(dockerfile.build(Some("none"), &[]).is_none());
}

#[test]
fn arguments_of_the_build_win() {
    let (source, dockerfile) = dockerfile(
        "FROM python:3\nARG ENVIRONMENT=dev\nARG OTHER\nENV DJANGO_SETTINGS_MODULE=shop.${ENVIRONMENT} X=$OTHER Y=${Z:-d}\n",
    );
    let value = |built: &Built, name: &str| {
        let variable = built.environment.get(name).unwrap();
        variable.value.text().map(str::to_owned)
    };
    let built = dockerfile.build(None, &[]).unwrap();
    assert_eq!(
        value(&built, "DJANGO_SETTINGS_MODULE").as_deref(),
        Some("shop.dev")
    );
    assert_eq!(value(&built, "X"), None);
    assert_eq!(value(&built, "Y"), None);
    let span = source.span(0..0);
    let given = Variable {
        name: "ENVIRONMENT".into(),
        name_span: span,
        value: Word::literal("production", span),
    };
    let built = dockerfile.build(None, &[given]).unwrap();
    assert_eq!(
        value(&built, "DJANGO_SETTINGS_MODULE").as_deref(),
        Some("shop.production")
    );
}

#[test]
fn a_shell_form_is_a_script() {
    let (_, dockerfile) = dockerfile(
        "FROM python:3\nENV PORT 8000\nWORKDIR /srv\nWORKDIR shop\nRUN <<EOF\napt-get update\npip install x\nEOF\nCMD cd src && uwsgi --http :$PORT\n",
    );
    let built = dockerfile.build(None, &[]).unwrap();
    assert_eq!(built.runs.len(), 2);
    assert!(built.working_directory.unwrap().is("/srv/shop"));
    let Some((Invocation::Shell(commands), _)) = &built.cmd else {
        panic!("{:?}", built.cmd);
    };
    assert_eq!(words(&commands[0].words), ["uwsgi", "--http", ":8000"]);
    assert!(commands[0].directory.as_ref().unwrap().is("src"));
}

#[test]
fn the_base_image_brings_what_is_known_of_it() {
    let (_, nginx) = dockerfile("FROM nginx:1.27-alpine\nCOPY default.conf /etc/nginx/conf.d/\n");
    let built = nginx.build(None, &[]).unwrap();
    assert!(built.cmd.is_some() && built.stop_signal.unwrap().is("SIGQUIT"));
    let (_, other) = dockerfile("FROM registry.example/base\nCOPY . .\nCMD [\"uwsgi\" \"x\"]\n");
    let built = other.build(None, &[]).unwrap();
    assert!(built.working_directory.is_none());
    assert_eq!(built.copies[0].destination.text(), None);
    assert!(matches!(built.cmd, Some((Invocation::Shell(_), _))));
}

#[test]
fn hostile_dockerfiles_end() {
    for text in [
        "FROM x\n".repeat(30_000),
        "FROM x\nENV A=aaaaaaaa\n".to_owned() + &"ENV A=$A$A$A\n".repeat(200),
        "FROM a AS a\nFROM a AS a\n".to_owned() + &"FROM a AS a\n".repeat(2_000),
        "RUN x \\\n".repeat(100_000),
        "FROM x\nRUN <<A\n".to_owned(),
        "FROM x\nCMD [\"a\\".to_owned(),
        "FROM x\nCMD [".to_owned() + &"[".repeat(100_000),
        "FROM x\nENV A=${B\nENV =\nENV \nARG\nUSER :\nCOPY\nCOPY a\nFROM\nWORKDIR".to_owned(),
    ] {
        let (_, dockerfile) = dockerfile(&text);
        let _ = dockerfile.build(None, &[]);
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    let files = Files::new(Memory::new(), PathMap::new());
    let _ = parse(&files.intern("/Dockerfile".into(), bytes));
    assert!(looks_like(b"# x\n\nFROM python\n") && looks_like(b"ARG A=1\nFROM x"));
    assert!(!looks_like(b"server {\n"));
}
