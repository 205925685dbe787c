//! uWSGI alone is at fault.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::process::{Ran, handles, signal};
use crate::proof::Sign::{NginxLog, Shown, Status, StatusWithoutUwsgi, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

pub(super) const INI: &str = "srv/shop/uwsgi.ini";

proofs! {
    a_comment_of_ours_behind_a_value => Proof {
        rule: "uwsgi/inline-comment",
        broken: Deployment::plain().edit(
            INI,
            "chdir = /srv/shop",
            "chdir = /srv/shop # djlint: ignore[uwsgi/chdir-not-found] made by hand",
        ),
        symptom: vec![UwsgiEnds(1, "chdir(): No such file or directory")],
        sound: Deployment::plain().edit(
            INI,
            "chdir = /srv/shop",
            "# djlint: ignore[uwsgi/chdir-not-found] made by hand\nchdir = /srv/shop",
        ),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_directory_that_is_not_there => Proof {
        rule: "uwsgi/chdir-not-found",
        broken: Deployment::plain().edit(INI, "chdir = /srv/shop", "chdir = /srv/shop/app").seen_as_host(),
        symptom: vec![
            UwsgiEnds(1, "chdir(): No such file or directory"),
            StatusWithoutUwsgi(get("/admin/login/"), 502),
        ],
        sound: Deployment::plain().seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_module_that_is_not_there => Proof {
        rule: "uwsgi/module-not-found",
        broken: Deployment::plain()
            .edit(INI, "module = shop.wsgi:application", "module = shop.web:application")
            .edit(INI, "need-app = true\n", ""),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'shop.web'")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_dot_before_the_callable => Proof {
        rule: "uwsgi/module-not-found",
        broken: Deployment::plain()
            .edit(INI, "shop.wsgi:application", "shop.wsgi.application")
            .edit(INI, "need-app = true\n", ""),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("'shop.wsgi' is not a package")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_path_for_a_module => Proof {
        rule: "uwsgi/module-not-found",
        broken: Deployment::plain()
            .edit(INI, "shop.wsgi:application", "shop/wsgi.py")
            .edit(INI, "need-app = true\n", ""),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'shop/wsgi")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_wsgi_file_that_is_not_there => Proof {
        rule: "uwsgi/wsgi-file-not-found",
        broken: Deployment::plain()
            .edit(INI, "module = shop.wsgi:application", "wsgi-file = shop/wsgy.py")
            .edit(INI, "need-app = true\n", "")
            .seen_as_host(),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("failed to open python file")],
        sound: Deployment::plain()
            .edit(INI, "module = shop.wsgi:application", "wsgi-file = shop/wsgi.py")
            .seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    settings_that_are_not_there => Proof {
        rule: "stack/settings-module-not-found",
        broken: Deployment::plain()
            .edit("srv/shop/shop/wsgi.py", "shop.settings", "shop.setting")
            .edit(INI, "need-app = true\n", ""),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'shop.setting'")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_file_that_uwsgi_is_started_with_and_that_is_not_there => Proof {
        rule: "launch/ini-path-not-found",
        broken: started_with("/srv/shop/conf/uwsgi.ini").seen_as_host(),
        symptom: vec![Shown(|stage| {
            let ran = run_uwsgi(stage, "srv/shop/conf/uwsgi.ini");
            assert_eq!(ran.status.code(), Some(1), "{ran:#?}");
            assert!(ran.output.contains("No such file or directory"), "{ran:#?}");
        })],
        sound: started_with("/srv/shop/uwsgi.ini").seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    two_vassals_on_one_port => Proof {
        rule: "uwsgi/duplicate-socket",
        broken: two_vassals("3031"),
        symptom: vec![
            Status(get("/admin/login/"), 200),
            Shown(|stage| {
                let ran = run_uwsgi(stage, "etc/uwsgi/vassals/shop-two.ini");
                assert_eq!(ran.status.code(), Some(1), "{ran:#?}");
                assert!(ran.output.contains("Address already in use"), "{ran:#?}");
            }),
        ],
        sound: two_vassals("3032"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    what_watches_it_sees_it_end => Proof {
        rule: "launch/daemonize-under-supervisor",
        broken: by_unit().append(INI, "daemonize = /srv/shop/uwsgi.log\n"),
        symptom: vec![Shown(the_first_process_ends_and_others_go_on)],
        sound: by_unit(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    sigterm_starts_it_anew => Proof {
        rule: "launch/sigterm-reloads",
        broken: by_unit().edit(INI, "die-on-term = true\n", ""),
        symptom: vec![Shown(|stage| terminate(stage, true))],
        sound: by_unit(),
        health: vec![Shown(|stage| terminate(stage, false))],
    },
    whoever_reaches_the_port_runs_code => Proof {
        rule: "uwsgi/public-listener",
        broken: by_port("socket = 0.0.0.0:3031"),
        symptom: vec![Status(get("/admin/login/"), 200), Shown(a_packet_runs_another_file)],
        sound: by_port("socket = 127.0.0.1:3031"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_log_path_that_lost_its_slash => Proof {
        rule: "uwsgi/relative-log-path",
        broken: Deployment::guide("relative-log").environment("SECRET_KEY", "a stand-in").directory("run/ls-django"),
        symptom: vec![UwsgiEnds(0, "open(\"home/ubuntu/www/ls-django/uwsgi.log\"): No such file or directory")],
        sound: Deployment::guide("relative-log")
            .environment("SECRET_KEY", "a stand-in")
            .directory("run/ls-django")
            .edit("home/ubuntu/www/ls-django/.conf/uwsgi.ini", "= home/ubuntu", "= /home/ubuntu"),
        health: vec![Shown(|stage| { stage.serve_uwsgi(); }), UwsgiLog("WSGI app 0")],
    },
    a_log_path_that_lost_its_slash_behind_nginx => Proof {
        rule: "uwsgi/relative-log-path",
        broken: Deployment::plain().append(INI, "daemonize = home/shop/uwsgi.log\n"),
        symptom: vec![
            UwsgiEnds(0, "No such file or directory"),
            StatusWithoutUwsgi(get("/admin/login/"), 502),
            NginxLog("failed (2: No such file or directory) while connecting to upstream"),
        ],
        sound: Deployment::plain().append(INI, "daemonize = /srv/shop/uwsgi.log\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    without_a_master_dead_workers_stay_dead => Proof {
        rule: "uwsgi/no-master",
        broken: Deployment::plain().edit(INI, "master = true\n", ""),
        symptom: vec![Status(get("/admin/login/"), 200), Shown(kill_the_worker), Status(get("/admin/login/"), 502)],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200), Shown(kill_the_worker), Status(get("/admin/login/"), 200)],
    },
    without_vacuum_the_socket_stays => Proof {
        rule: "uwsgi/no-vacuum",
        broken: Deployment::plain().edit(INI, "vacuum = true\n", ""),
        symptom: vec![Shown(stop_uwsgi), Shown(|stage| assert!(stage.path("run/shop/shop.sock").exists()))],
        sound: Deployment::plain(),
        health: vec![Shown(stop_uwsgi), Shown(|stage| assert!(!stage.path("run/shop/shop.sock").exists()))],
    },
    a_socket_for_everybody => Proof {
        rule: "uwsgi/socket-world-writable",
        broken: Deployment::plain().edit(INI, "chmod-socket = 660", "chmod-socket = 666"),
        symptom: vec![Status(get("/admin/login/"), 200), Shown(|stage| a_stranger_reaches_the_socket(stage, true))],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200), Shown(|stage| a_stranger_reaches_the_socket(stage, false))],
    },
    a_stale_socket_of_somebody_else_in_tmp => Proof {
        rule: "uwsgi/socket-in-tmp",
        broken: Deployment::plain()
            .edit(INI, "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\n", "socket = /tmp/shop.sock\n")
            .edit("etc/nginx/sites-enabled/shop", "unix:/run/shop/shop.sock", "unix:/tmp/shop.sock")
            .user("shop", "www-data"),
        symptom: vec![Shown(a_stranger_blocks_tmp)],
        sound: Deployment::plain().edit(INI, "chown-socket = shop:www-data\n", "").user("shop", "www-data"),
        health: vec![Shown(a_stranger_cannot_block_run), Status(get("/admin/login/"), 200)],
    },
}

/// uWSGI with another file than the deployment's, to its end.
pub(super) fn run_uwsgi(stage: &Stage, ini: &str) -> Ran {
    let program = machine::stack_program("uwsgi");
    let program = program.to_str().expect("a UTF-8 path");
    stage.command(program, &["--ini", ini])
}

/// The plain deployment with a unit that starts uWSGI with this file.
pub(super) fn started_with(ini: &str) -> Deployment {
    Deployment::plain().write(
        "etc/systemd/system/shop.service",
        format!(
            "[Service]\nType=notify\nUser=shop\nGroup=www-data\nWorkingDirectory=/srv/shop\n\
             ExecStart=/srv/shop/venv/bin/uwsgi --ini {ini}\nKillSignal=SIGQUIT\nRuntimeDirectory=shop\n"
        ),
    )
}

/// An emperor's two vassals; the second one listens on this port.
fn two_vassals(port: &str) -> Deployment {
    let vassal = |port: &str| {
        format!(
            "[uwsgi]\nchdir = /srv/shop\nmodule = shop.wsgi:application\nhome = /srv/shop/venv\n\
             socket = 127.0.0.1:{port}\nmaster = true\ndie-on-term = true\n"
        )
    };
    let mut deployment = by_port("socket = 127.0.0.1:3031");
    deployment.files.remove(INI);
    deployment
        .write("etc/uwsgi/vassals/shop.ini", vassal("3031"))
        .write("etc/uwsgi/vassals/shop-two.ini", vassal(port))
        .project("srv/shop", "etc/uwsgi/vassals/shop.ini")
}

/// The plain deployment with a unit that starts it.
fn by_unit() -> Deployment {
    Deployment::plain().write(
        "etc/systemd/system/shop.service",
        "[Service]\nType=notify\nUser=shop\nGroup=www-data\nWorkingDirectory=/srv/shop\n\
         ExecStart=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini\nKillMode=mixed\n",
    )
}

/// What systemd, supervisord and Docker see: the process that they started is gone.
fn the_first_process_ends_and_others_go_on(stage: &mut Stage) {
    let ran = stage.uwsgi_to_its_end();
    assert!(ran.status.success(), "{ran:#?}");
    assert!(!stage.processes().is_empty(), "{ran:#?}");
}

/// Sends SIGTERM to the master, which ends of it, or makes it start anew.
fn terminate(stage: &mut Stage, expected: bool) {
    assert!(stage.serve().ask(get("/admin/login/")).is_some());
    let master = stage.uwsgi_pid();
    stage.wait_for("uWSGI handles SIGTERM and SIGUSR1", |_| {
        handles(master, 1 << (15 - 1) | 1 << (10 - 1))
    });
    signal("TERM", i64::from(master));
    if !expected {
        return stage.wait_for_the_end_of(master);
    }
    stage.wait_for("uWSGI starts anew", |stage| {
        stage.uwsgi_log().contains("binary reloading uWSGI")
    });
}

fn by_port(socket: &str) -> Deployment {
    Deployment::plain()
        .edit(INI, "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true", socket)
        .edit("etc/nginx/sites-enabled/shop", "unix:/run/shop/shop.sock", "127.0.0.1:3031")
        .write("tmp/upload.py", "def application(environ, start_response):\n    start_response('200 OK', [])\n    return [b'not the shop']\n")
}

/// A uwsgi packet that names a file gets that file loaded and run.
fn a_packet_runs_another_file(stage: &mut Stage) {
    let file = stage.path("tmp/upload.py");
    let file = file.to_str().expect("a UTF-8 path");
    let variables = [
        ("REQUEST_METHOD", "GET"),
        ("PATH_INFO", "/"),
        ("QUERY_STRING", ""),
        ("SERVER_NAME", "x"),
        ("SERVER_PORT", "80"),
        ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("SCRIPT_NAME", "/upload"),
        ("UWSGI_APPID", "/upload"),
        ("UWSGI_FILE", file),
    ];
    let mut body = Vec::new();
    for (name, value) in variables {
        for text in [name, value] {
            body.extend(
                u16::try_from(text.len())
                    .expect("a short text")
                    .to_le_bytes(),
            );
            body.extend(text.as_bytes());
        }
    }
    let size = u16::try_from(body.len())
        .expect("a small packet")
        .to_le_bytes();
    let mut packet = vec![0, size[0], size[1], 0];
    packet.extend(body);
    let port = stage.port(3031);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.write_all(&packet).expect("a packet sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("not the shop"), "{answer}");
}

/// Kills the process that answers: the only one, or the master's child.
fn kill_the_worker(stage: &mut Stage) {
    let first = stage.uwsgi_pid();
    let worker = stage
        .processes()
        .into_iter()
        .find(|&pid| pid != first)
        .unwrap_or(first);
    signal("KILL", i64::from(worker));
    stage.wait_for_the_end_of(worker);
}

fn stop_uwsgi(stage: &mut Stage) {
    // A worker that still starts loses the signal, and the master would wait for it.
    assert!(stage.serve().ask(get("/admin/login/")).is_some());
    let master = stage.uwsgi_pid();
    // Before its master_loop() has set the handlers, of which that for SIGUSR1 is the
    // last, the master dies without tidying up.
    stage.wait_for("uWSGI handles SIGINT and SIGUSR1", |_| {
        handles(master, 1 << (2 - 1) | 1 << (10 - 1))
    });
    signal("INT", i64::from(master));
    stage.wait_for_the_end_of(master);
}

fn a_stranger_reaches_the_socket(stage: &mut Stage, expected: bool) {
    let answer = stage.stranger_connects("run/shop/shop.sock", "uwsgi/socket-world-writable");
    assert!(answer.is_none_or(|connected| connected == expected));
}

/// Leaves a stranger's socket behind; nothing where nobody here can play the stranger.
fn a_stranger_binds(stage: &Stage, socket: &str) -> Option<bool> {
    let mut command = machine::as_stranger("uwsgi/socket-in-tmp")?;
    command
        .args(["perl", "-MSocket", "-e"])
        .arg("socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, sockaddr_un($ARGV[0])) or exit 1")
        .arg(stage.path(socket));
    Some(command.status().expect("perl starts").success())
}

fn a_stranger_blocks_tmp(stage: &mut Stage) {
    let Some(bound) = a_stranger_binds(stage, "tmp/shop.sock") else {
        return;
    };
    assert!(bound, "everybody may write to /tmp");
    let ran = stage.uwsgi_to_its_end();
    assert_eq!(ran.status.code(), Some(1), "{ran:#?}");
    assert!(ran.output.contains("Address already in use"), "{ran:#?}");
}

fn a_stranger_cannot_block_run(stage: &mut Stage) {
    assert_ne!(a_stranger_binds(stage, "run/shop/shop.sock"), Some(true));
}
