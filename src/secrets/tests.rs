use super::*;

/// In these texts a secret stands between « and »; nothing else may be masked.
#[track_caller]
fn assert_masked(path: &str, marked: &str) {
    let plain: String = marked.replace(['«', '»'], "");
    let mut expected = String::new();
    let mut inside = false;
    for character in marked.chars() {
        match character {
            '«' => inside = true,
            '»' => inside = false,
            _ if inside && character != '\n' => expected.push('*'),
            _ => expected.push(character),
        }
    }
    let ranges = find(Path::new(path), plain.as_bytes());
    assert_eq!(
        mask(plain.as_bytes(), 0..plain.len(), &ranges),
        expected,
        "in {path}"
    );
}

#[test]
fn python() {
    for marked in [
        "SECRET_KEY = '«a b»'",
        "SECRET_KEY = \"«abc»\"  # kept",
        "SECRET_KEY: str = \"«abc»\"",
        "SECRET_KEY = b'«abc»' + r\"«def»\"",
        "SECRET_KEY = f'«abc{x}»'",
        "SECRET_KEY = '''«abc\ndef»'''\nALLOWED_HOSTS = ['a']",
        "SECRET_KEY = (\n    '«abc»'  # it's\n    \"«def»\"\n)\nALLOWED_HOSTS = ['a']",
        "SECRET_KEY = '«abc»' \\\n    '«def»'\nX = 'y'",
        "SECRET_KEY = '«abc»\nX = 'y'",
        "# SECRET_KEY = '«abc»'",
        "    self.token = '«abc»'",
        "DATABASES = {'default': {'NAME': 'shop', 'PASSWORD': '«hunter2»', 'HOST': 'db'}}",
        "DATABASES['default']['PASSWORD'] = '«hunter2»'",
        "'PASSWORD': (\n  '«hunter»'\n  '«2»'),\n'HOST': 'db'",
        "connect(user='shop', password='«hunter2»', host='db')",
        "if request.GET['token'] == '«abc»': pass",
        "os.environ['SECRET_KEY'] = '«abc»'",
        "os.environ.setdefault('SECRET_KEY', '«abc»')",
        "SECRET_KEY = os.environ['SECRET_KEY']",
        "SECRET_KEY = os.environ.get('SECRET_KEY', '«abc»')",
        "SECRET_KEY = os.getenv(\n    \"SECRET_KEY\", \"«abc»\"\n)",
        "KEY = env('DJANGO_SECRET_KEY', default='«abc»')",
        "SECRET_KEY = env.str('KEY')",
        "SECRET_KEY = config('KEY', default='«abc»', cast=str)",
        "SECRET_KEY = decrypt('«gAAAA»')",
        "SECRET_KEYS = ['«a1»', \"«b2»\"]\nHOSTS = ['a']",
        "SECRET_KEY_FALLBACKS = ['«a1»']",
        "AWS_SECRET_ACCESS_KEY = '«abc»'; AWS_REGION = 'eu'",
        "EMAIL_HOST_PASSWORD = «12345678»",
        "SECRET_KEY = get_random_secret_key()",
        "TOKEN = (\n    '«abc»',\nALLOWED_HOSTS = ['a']",
        "SENTRY = 'https://user:«pw»@host/1'",
    ] {
        assert_masked("config/settings.py", marked);
    }
}

#[test]
fn python_that_is_no_secret() {
    for text in [
        "ALLOWED_HOSTS = ['shop.example']",
        "AUTHENTICATION_BACKENDS = ['django.contrib.auth.backends.ModelBackend']",
        "PASSWORD_HASHERS = [\n    'django.contrib.auth.hashers.Argon2PasswordHasher',\n]",
        "AUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.x'}]",
        "AUTH_USER_MODEL = 'shop.User'",
        "INSTALLED_APPS = ('rest_framework.authtoken', 'shop')",
        "MIDDLEWARE = ['django.contrib.auth.middleware.AuthenticationMiddleware']",
        "path('token', TokenView.as_view(), name='token')",
        "path('password/reset/', view, name='reset')",
        "SESSION_COOKIE_SECURE = True\nSECURE_SSL_REDIRECT = True",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db'}}",
        "STATIC_URL = 'https://cdn.example/static/'",
    ] {
        assert_masked("config/settings.py", text);
    }
}

#[test]
fn uwsgi() {
    for marked in [
        "[uwsgi]\nenv = DJANGO_SECRET_KEY=«it's #1»\nsocket = /run/x.sock",
        "env=SECRET_KEY=«abc»",
        "set-ph = password=«abc def»",
        "set-placeholder = db_password = «abc»",
        "env = DATABASE_URL=postgres://shop:«pw»@db/shop",
        "route = ^/admin basicauth:Realm,«foo:bar»",
        "env = SECRET_KEY=%(key)",
        "env = SECRET_KEY=$(SECRET_KEY)",
        "legion = «shop 225.1.1.1:4242 98 bf-cbc:hello»",
        "password = \"«abc»\"",
        "; env = SECRET_KEY=«abc»",
        "socket = /run/token.sock\nchdir = /srv/auth\nmodule = shop.wsgi:application",
        "env = DJANGO_SETTINGS_MODULE=shop.settings",
    ] {
        assert_masked("uwsgi.ini", marked);
    }
}

#[test]
fn nginx() {
    for marked in [
        "proxy_set_header Authorization \"«Basic dXNlcjpwYXNz»\";",
        "proxy_set_header X-Api-Key «abc»;",
        "# pass the request on to uWSGI\n# password «abc»\n# token: «abc»",
        "smtp_auth login plain;",
        "location / { uwsgi_param SECRET_KEY «abc»; include uwsgi_params; }",
        "uwsgi_param DB_PASSWORD '«a\n b»';",
        "secure_link_secret «enigma»;",
        "set $auth_token \"«abc»\";",
        "if ($http_x_token = «abc») { return 200; }",
        "if ($arg_token != \"«abc»\") {",
        "proxy_pass http://user:«pw»@backend/;",
        "return 302 /login?token=«abc»&next=/;",
        "map $http_x $token { default \"\"; }",
        "server_tokens off;",
        "proxy_set_header Authorization $http_authorization;",
        "uwsgi_pass auth;",
        "upstream auth {",
        "location = /token { return 200; }",
        "location /password/reset/ { uwsgi_pass unix:/run/x.sock; }",
        "auth_basic \"Shop\";\nauth_basic_user_file /etc/nginx/.htpasswd;",
        "ssl_certificate_key /etc/ssl/private/x.key;",
        "server_name auth.shop.example token.shop.example;",
        "proxy_pass_header Authorization;",
        "proxy_pass http://127.0.0.1:8000/@x;",
        "proxy_pass http://[::1]:8000;",
        "limit_req_zone $http_authorization zone=one:10m rate=1r/s;",
        "rewrite ^/password/(.*)$ /x/$1 last;",
    ] {
        assert_masked("etc/nginx/sites-enabled/shop", marked);
    }
}

#[test]
fn compose_and_other_yaml() {
    for marked in [
        "environment:\n  - SECRET_KEY=«abc»\n  - DEBUG=0",
        "environment:\n  SECRET_KEY: «abc def»\n  DEBUG: 0",
        "  POSTGRES_PASSWORD: '«abc»'  # kept",
        "  POSTGRES_PASSWORD: \"«abc\n    def»\"\n  X: y",
        "  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}",
        "  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-«abc»}",
        "  environment: [\"SECRET_KEY=«abc»\", \"X=y\"]",
        "key:\n  private_key: |\n    «abc»\n    «def»\n  x: y",
        "api_keys:\n  - «abc»\n  - «def»\nhosts:\n  - a",
        "api_keys: [\"«abc»\", \"«def»\"]",
        "secrets:\n  - db_password\n  - django_secret",
        "secrets:\n  db_password:\n    file: ./db.txt",
        "  command: uwsgi --env SECRET_KEY=«abc»",
        "  DATABASE_URL: postgres://shop:«pw»@db:5432/shop",
        "image: registry.example:5000/shop:1.0",
        "  REQUIRE_TOKEN: true",
    ] {
        assert_masked("docker-compose.yml", marked);
    }
}

#[test]
fn json_toml_and_shell() {
    assert_masked(
        "x.json",
        "{\"user\": \"a\", \"password\": \"«b»\", \"host\": \"c\"}",
    );
    assert_masked(
        "x.json",
        "{\"password\":\"«b»\",\"tokens\":[\n\"«c»\",\n\"«d»\"\n],\"x\":\"y\"}",
    );
    assert_masked("x.toml", "secret_key = '''«a\nb»'''\nx = 'y'");
    assert_masked("run.sh", "export SECRET_KEY='«abc»'\nexport DEBUG=0");
    assert_masked("run.sh", "mysql --password «abc»");
    assert_masked(
        "Dockerfile",
        "ENV SECRET_KEY «abc»\nENV SECRET_KEY=«abc»\nARG TOKEN=«abc»",
    );
    assert_masked("x.service", "Environment=SECRET_KEY=«abc»");
    assert_masked("x.service", "Environment=\"SECRET_KEY=«abc»\" \"X=y\"");
}

#[test]
fn env_files() {
    let text = "# a comment\nexport DEBUG=«False»\nA=\"«b c»\" # d\nB='«e\nf»'\nC=\n";
    for path in [
        ".env",
        ".env.prod",
        "deploy/shop.env",
        ".envs/.production/.django",
    ] {
        assert_masked(path, text);
    }
    let specimen = "DEBUG=False\nSECRET_KEY=«abc»\n";
    for path in [".env.example", "env.sample", ".env.dist"] {
        assert_masked(path, specimen);
    }
}

#[test]
fn keys_keep_their_first_and_last_line() {
    assert_masked(
        "x.pem",
        "Bag\n-----BEGIN RSA PRIVATE KEY-----\n«Proc-Type: 4,ENCRYPTED\n\nMIIE»\n-----END RSA PRIVATE KEY-----\nend",
    );
    assert_masked("x.pem", "-----BEGIN PRIVATE KEY-----\n«MIIE»");
    assert_masked(
        "x.pem",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    );
    assert_masked(
        "x.py",
        "K = '''-----BEGIN EC PRIVATE KEY-----\n«MIIE»\n-----END EC PRIVATE KEY-----'''",
    );
    assert_masked(
        "x.ppk",
        "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n«abc»\nPrivate-MAC: 0",
    );
}

#[test]
fn tokens_are_known_by_their_form() {
    for token in [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "github_pat_0123456789abcdefghij",
        "xoxb-0123456789-abcdef",
        "sk_live_0123456789abcdef",
        "AIza0123456789abcdefghijABCDEFGHIJ01234",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "django-insecure-(a$b)c#d=e",
    ] {
        assert_masked("settings.py", &format!("X = f('«{token}»')"));
        assert_masked("nginx.conf", &format!("return 200 \"«{token}»\";"));
    }
    assert_masked("x", "MAKIAVELLI eyJ eyJx.y ghp_short");
}

#[test]
fn urls_keep_user_and_host() {
    for (path, marked) in [
        ("x.py", "D = 'postgres://shop:«p@ss»@db/shop'"),
        ("x.py", "D = 'postgres://shop:«p/s»@db/shop'"),
        ("x.py", "D = 'redis://:«pw»@redis:6379/0'"),
        ("x.py", "D = 'amqp://$USER:$PASS@mq//'"),
        (
            "x.py",
            "D = 'https://«0123456789abcdef0123456789abcdef»@sentry.example/1'",
        ),
        ("x.py", "D = 'https://shop@example.com/x'"),
        ("x.py", "D = 'https://example.com:8000/a@b'"),
        ("x.py", "D = 'https://example.com/?mail=a@b.example'"),
        // Not a password, but better hidden than shown.
        ("x.conf", "proxy_pass http://unix:«/run/a»@b.sock;"),
    ] {
        assert_masked(path, marked);
    }
}

#[test]
fn ranges_are_sorted_and_apart() {
    assert_eq!(
        merge(vec![5..6, 1..3, 9..10, 2..4, 4..4, 3..5]),
        [1..6, 9..10]
    );
    assert_eq!(mask("aéb\u{e9}".as_bytes(), 0..6, &[1..3, 5..6]), "a*bé");
}

#[test]
fn no_input_panics_or_takes_long() {
    let pieces = [
        "password=",
        "PASSWORD = (",
        "'",
        "\"",
        "\"\"\"",
        "://",
        ":",
        "@",
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "eyJa.",
        "${",
        "{{",
        "token: |\n  ",
        "api_keys:\n- ",
        "\\",
        "#",
        "[",
        "\n",
        "x_token \"",
        "\nPrivate-Lines: 1\n",
        "basicauth:",
        "$token = ",
        "token,",
        "f(\"token\",",
        "é",
        "\u{feff}",
        "--password ",
    ];
    for path in ["x.py", "x.ini", "x.yml", "x.conf", ".env"] {
        for piece in pieces {
            for other in pieces {
                let text = format!("{piece}{other}").repeat(60);
                let ranges = find(Path::new(path), text.as_bytes());
                assert!(ranges.iter().all(|range| range.end <= text.len()));
            }
            // Long enough for anything that is not linear to be noticed at once.
            find(Path::new(path), piece.repeat(3_000).as_bytes());
        }
    }
}

#[test]
fn a_message_loses_the_secrets_of_every_file() {
    let source = |path: &str, text: &str| {
        Arc::new(SourceFile::new(
            crate::source::FileId(0),
            path.into(),
            text.as_bytes().to_vec(),
        ))
    };
    let marked = source("x.py", "Y = 'known to the parser'");
    marked.mark_secret(5..24);
    let texts = Texts::of(&[
        source(
            "settings.py",
            "SECRET_KEY = 'tröpfchen'\nPASSWORD = 'abc'\nTOKEN = 'root'\nAPI_TOKEN = 'code'",
        ),
        source(
            ".env",
            "STATIC_URL=/static/\nMAIL=hunter2!\nDJANGO_SETTINGS_MODULE=shop.settings",
        ),
        source(
            "x.pem",
            "-----BEGIN PRIVATE KEY-----\nMIIEabc\nMIIEdef\n-----END",
        ),
        marked,
    ]);
    for (text, expected) in [
        ("the key is tröpfchen", "the key is *********"),
        ("x://u:hunter2!@h", "x://u:********@h"),
        ("MIIEdef", "*******"),
        ("is known to the parser", "is *******************"),
        ("/static/ of shop.settings", "/static/ of shop.settings"),
        ("root is missing, abc", "root is missing, abc"),
        ("whoever has the code", "whoever has the code"),
        ("tröpfchens", "tröpfchens"),
    ] {
        assert_eq!(texts.mask(text), expected);
    }
}
