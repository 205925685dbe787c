//! nginx and the application server do not meet, or do not understand each other.

use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::proof::Sign::{
    NginxAccepts, NginxLog, NginxRefuses, Shown, Status, StatusWithoutUwsgi, UwsgiEnds, UwsgiLog,
};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const INI: &str = "srv/shop/uwsgi.ini";
const PAGE: &str = "/admin/login/";

/// The plain deployment with a port instead of the socket.
fn by_port(pass: &str, socket: &str) -> Deployment {
    Deployment::plain()
        .edit(SITE, "uwsgi_pass unix:/run/shop/shop.sock;", pass)
        .edit(
            INI,
            "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true\n",
            socket,
        )
}

/// The plain deployment with another option for the same socket.
fn speaking(option: &str) -> Deployment {
    Deployment::plain().edit(
        INI,
        "socket = /run/shop/shop.sock",
        &format!("{option} = /run/shop/shop.sock"),
    )
}

/// `proxy_pass` to the same socket.
fn by_http(deployment: Deployment) -> Deployment {
    deployment.edit(
        SITE,
        "uwsgi_pass unix:/run/shop/shop.sock;",
        "proxy_pass http://unix:/run/shop/shop.sock;\n\t\tproxy_set_header Host $host;",
    )
}

/// HTTP to an upstream whose name Django takes for no name at all.
fn by_upstream(header: &str) -> Deployment {
    speaking("http-socket")
        .edit(
            SITE,
            "uwsgi_pass unix:/run/shop/shop.sock;\n\t\tinclude uwsgi_params;",
            &format!("proxy_pass http://shop_app; {header}"),
        )
        .edit(SITE, "server {", "upstream shop_app {\n\tserver unix:/run/shop/shop.sock;\n}\nserver {")
        .edit(
            "srv/shop/shop/settings.py",
            "ALLOWED_HOSTS = [",
            "LOGGING = {\"version\": 1, \"handlers\": {\"err\": {\"class\": \"logging.StreamHandler\"}}, \
             \"loggers\": {\"django\": {\"handlers\": [\"err\"], \"level\": \"INFO\"}}}\nALLOWED_HOSTS = [",
        )
}

/// The image that the application runs in.
fn with_image(deployment: Deployment) -> Deployment {
    deployment.write(
        "srv/shop/Dockerfile",
        "FROM python:3.12\nRUN pip install uwsgi django\n",
    )
}

/// A compose project that the application and nginx's configuration are mounted into, each
/// service with more lines of its own.
fn services(deployment: Deployment, web: &str, nginx: &str) -> Deployment {
    with_image(deployment).write(
        "docker-compose.yml",
        format!(
            "services:\n  web:\n    build: ./srv/shop\n    working_dir: /srv/shop\n    \
             command: sh -c 'python manage.py collectstatic --noinput && exec uwsgi --ini uwsgi.ini'\n    \
             volumes:\n      - ./srv/shop:/srv/shop\n      - static:/var/www/shop/static\n{web}\
             \n  nginx:\n    image: nginx:1.27\n    volumes:\n      - ./etc/nginx:/etc/nginx\n      \
             - static:/var/www/shop/static\n{nginx}\
             \nvolumes:\n  run:\n  static:\n"
        ),
    )
}

/// The volume that a container has its socket in.
const VOLUME: &str = "      - run:/run/shop\n";

/// A compose project with one volume for the socket.
fn composed() -> Deployment {
    services(Deployment::plain(), VOLUME, VOLUME)
}

/// The unit that starts it, with a /tmp of its own, and nginx on the same host.
fn with_private_tmp(socket: &str) -> Deployment {
    let ini = format!("socket = {socket}");
    let pass = format!("unix:{socket}");
    by_unit(
        Deployment::plain()
            .edit(
                INI,
                "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\n",
                &format!("{ini}\n"),
            )
            .edit(SITE, "unix:/run/shop/shop.sock", &pass),
        "www-data",
    )
    .append(
        "etc/systemd/system/shop.service",
        "PrivateTmp=true\nRuntimeDirectory=shop\n",
    )
    .private(&["tmp"])
}

/// uWSGI is handed its socket by systemd.
fn by_socket_unit(more: &str) -> Deployment {
    by_unit(
        Deployment::plain()
            .edit(
                INI,
                "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true\n",
                "",
            )
            .edit(SITE, "unix:/run/shop/shop.sock", "unix:/run/shop.sock")
            .write(
                "etc/systemd/system/shop.socket",
                format!("[Socket]\nListenStream=/run/shop.sock\n{more}"),
            ),
        "www-data",
    )
}

/// A host that was just started, where the unit may have systemd make /run/shop.
fn booted(more: &str) -> Deployment {
    let mut deployment = by_unit(
        Deployment::plain().edit(INI, "chown-socket = shop:www-data\n", ""),
        "www-data",
    )
    .append("etc/systemd/system/shop.service", more)
    .seen_as_host();
    if more.is_empty() {
        deployment.directories.retain(|name| name != "run/shop");
    }
    deployment
}

/// nginx on the host, the application in a container.
fn on_the_host(ports: &str) -> Deployment {
    with_image(by_port("uwsgi_pass 127.0.0.1:3031;", "socket = :3031\n")).write(
        "docker-compose.yml",
        format!(
            "services:\n  web:\n    build: ./srv/shop\n    working_dir: /srv/shop\n    \
             command: sh -c 'python manage.py collectstatic --noinput && exec uwsgi --ini uwsgi.ini'\n    \
             volumes: ['./srv/shop:/srv/shop', '/var/www/shop:/var/www/shop']\n{ports}"
        ),
    )
}

/// Where the tests may not play other users, everybody is the same one, and nothing is refused.
fn nginx_is_refused(stage: &mut Stage) {
    if !machine::me().root {
        return;
    }
    let answer = stage.serve().ask(get(PAGE)).expect("an answer");
    assert_eq!(answer.status, 502, "{answer:#?}");
    stage.wait_for("nginx is refused", |stage| {
        stage
            .nginx_log()
            .contains("failed (13: Permission denied) while connecting to upstream")
    });
}

/// The unit that starts it, with its user in a group of nobody else's.
fn by_unit(deployment: Deployment, group: &'static str) -> Deployment {
    deployment
        .write(
            "etc/systemd/system/shop.service",
            format!(
                "[Service]\nType=notify\nUser=shop\nGroup={group}\nWorkingDirectory=/srv/shop\n\
                 ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini\nKillSignal=SIGQUIT\n"
            ),
        )
        .user("shop", group)
}

proofs! {
    a_socket_that_nginx_may_not_write_to => Proof {
        rule: "stack/socket-permissions",
        broken: by_unit(
            Deployment::plain().edit(INI, "chown-socket = shop:www-data\nchmod-socket = 660\n", ""),
            "shop",
        ),
        symptom: vec![Shown(nginx_is_refused)],
        sound: by_unit(Deployment::plain().edit(INI, "chown-socket = shop:www-data\n", ""), "www-data"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_socket_of_systemds_that_nginx_may_not_write_to => Proof {
        rule: "stack/socket-permissions",
        broken: by_socket_unit("SocketMode=0600\nSocketUser=shop\n").activated("run/shop.sock", 0o600, "shop"),
        symptom: vec![Shown(nginx_is_refused)],
        sound: by_socket_unit("").activated("run/shop.sock", 0o666, "root"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_directory_that_is_gone_after_a_boot => Proof {
        rule: "stack/socket-hidden",
        broken: booted(""),
        symptom: vec![
            UwsgiEnds(1, "No such file or directory [core/socket.c"),
            StatusWithoutUwsgi(get(PAGE), 502),
        ],
        sound: booted("RuntimeDirectory=shop\n"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_name_that_django_refuses => Proof {
        rule: "stack/host-not-allowed",
        broken: Deployment::plain().edit(
            SITE,
            "server_name shop.example;",
            "server_name shop.example www.shop.example;",
        ),
        symptom: vec![Status(get(PAGE), 200), Status(get(PAGE).host("www.shop.example"), 400)],
        sound: Deployment::plain()
            .edit(SITE, "server_name shop.example;", "server_name shop.example www.shop.example;")
            .edit("srv/shop/shop/settings.py", "\"shop.example\"", "\".shop.example\""),
        health: vec![Status(get(PAGE), 200), Status(get(PAGE).host("www.shop.example"), 200)],
    },
    the_name_of_an_upstream => Proof {
        rule: "stack/host-not-allowed",
        broken: by_upstream(""),
        symptom: vec![Status(get(PAGE), 400), UwsgiLog("Invalid HTTP_HOST header: 'shop_app'")],
        sound: by_upstream("proxy_set_header Host $host;"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_name_that_no_service_has => Proof {
        rule: "stack/unreachable-upstream",
        broken: composed().edit(SITE, "unix:/run/shop/shop.sock", "app:3031"),
        symptom: vec![NginxRefuses("host not found in upstream \"app\"")],
        sound: composed(),
        health: vec![NginxAccepts],
    },
    a_socket_of_another_container => Proof {
        rule: "stack/socket-hidden",
        broken: services(Deployment::plain(), VOLUME, "").private(&["run/shop"]),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (2: No such file or directory) while connecting to upstream"),
        ],
        sound: composed().private(&["run"]).shared("run/shop"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_socket_in_a_tmp_of_its_own => Proof {
        rule: "stack/socket-hidden",
        broken: with_private_tmp("/tmp/shop.sock"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (2: No such file or directory) while connecting to upstream"),
        ],
        sound: with_private_tmp("/run/shop/shop.sock"),
        health: vec![Status(get(PAGE), 200)],
    },
    loopback_of_another_container => Proof {
        rule: "stack/unreachable-upstream",
        broken: services(by_port("uwsgi_pass 127.0.0.1:3031;", "socket = :3031\n"), "", "").network("web"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (111: Connection refused) while connecting to upstream"),
        ],
        sound: services(by_port("uwsgi_pass web:3031;", "socket = :3031\n"), "", "").network("web"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_container_that_listens_to_itself => Proof {
        rule: "stack/unreachable-upstream",
        broken: services(by_port("uwsgi_pass web:3031;", "socket = 127.0.0.1:3031\n"), "", "").network("web"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (111: Connection refused) while connecting to upstream"),
        ],
        sound: services(by_port("uwsgi_pass web:3031;", "socket = 0.0.0.0:3031\n"), "", "").network("web"),
        health: vec![Status(get(PAGE), 200)],
    },
    a_port_that_is_not_published => Proof {
        rule: "stack/unreachable-upstream",
        broken: on_the_host("").network("web"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (111: Connection refused) while connecting to upstream"),
        ],
        sound: on_the_host("    ports: ['127.0.0.1:3031:3031']\n").network("web").published(3031),
        health: vec![Status(get(PAGE), 200)],
    },
    two_names_for_one_socket => Proof {
        rule: "stack/socket-mismatch",
        broken: Deployment::plain().edit(SITE, "run/shop/shop.sock", "run/shop/app.sock"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (2: No such file or directory) while connecting to upstream"),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get(PAGE), 200)],
    },
    a_socket_below_another_chdir => Proof {
        rule: "stack/socket-mismatch",
        broken: Deployment::plain()
            .edit(INI, "socket = /run/shop/shop.sock", "socket = shop.sock")
            .edit(SITE, "unix:/run/shop/shop.sock", "unix:/srv/shop/run/shop.sock"),
        symptom: vec![Status(get(PAGE), 502), NginxLog("failed (2: No such file or directory)")],
        sound: Deployment::plain()
            .edit(INI, "socket = /run/shop/shop.sock", "socket = shop.sock")
            .edit(SITE, "unix:/run/shop/shop.sock", "unix:///srv/shop/shop.sock"),
        health: vec![Status(get(PAGE), 200)],
    },
    two_ports => Proof {
        rule: "stack/upstream-port-mismatch",
        broken: by_port("uwsgi_pass 127.0.0.1:3032;", "socket = 127.0.0.1:3031\n"),
        symptom: vec![
            Status(get(PAGE), 502),
            NginxLog("failed (111: Connection refused) while connecting to upstream"),
        ],
        sound: by_port("uwsgi_pass 127.0.0.1:3031;", "socket = 127.0.0.1:3031\n"),
        health: vec![Status(get(PAGE), 200)],
    },
    http_to_a_uwsgi_socket => Proof {
        rule: "stack/protocol-mismatch",
        broken: by_http(Deployment::plain()),
        symptom: vec![Status(get(PAGE), 502), UwsgiLog("invalid request block size: 21573 (max 4096)...skip")],
        sound: by_http(speaking("http-socket")),
        health: vec![Status(get(PAGE), 200)],
    },
    uwsgi_to_an_http_socket => Proof {
        rule: "stack/protocol-mismatch",
        broken: speaking("http-socket"),
        symptom: vec![Status(get(PAGE), 502)],
        sound: speaking("uwsgi-socket"),
        health: vec![Status(get(PAGE), 200)],
    },
    uwsgi_to_the_http_router_hangs => Proof {
        rule: "stack/protocol-mismatch",
        broken: by_port(
            "uwsgi_read_timeout 2s;\n\t\tuwsgi_pass 127.0.0.1:3031;",
            "http = 127.0.0.1:3031\n",
        ),
        symptom: vec![Status(get(PAGE), 504), NginxLog("upstream timed out (110")],
        sound: by_port(
            "uwsgi_read_timeout 2s;\n\t\tuwsgi_pass 127.0.0.1:3031;",
            "socket = 127.0.0.1:3031\n",
        ),
        health: vec![Status(get(PAGE), 200)],
    },
}
