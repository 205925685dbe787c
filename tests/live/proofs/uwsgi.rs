//! uWSGI alone is at fault.

use std::fs;

use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::process::signal;
use crate::proof::Sign::{NginxLog, Shown, Status, StatusWithoutUwsgi, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const INI: &str = "srv/shop/uwsgi.ini";

proofs! {
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
        symptom: vec![Shown(|stage| start_over_a_stale_socket(stage, "tmp/shop.sock", false))],
        sound: Deployment::plain().edit(INI, "chown-socket = shop:www-data\n", "").user("shop", "www-data"),
        health: vec![Shown(|stage| start_over_a_stale_socket(stage, "run/shop/shop.sock", true))],
    },
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
    stage.serve_uwsgi();
    // Before that it has no handler for the signal, and dies without tidying up.
    stage.wait_for("uWSGI has a worker", |stage| {
        stage.uwsgi_log().contains("spawned uWSGI worker 1")
    });
    let master = stage.uwsgi_pid();
    signal("INT", i64::from(master));
    stage.wait_for_the_end_of(master);
}

fn a_stranger_reaches_the_socket(stage: &mut Stage, expected: bool) {
    let Some(mut command) = machine::as_other("nobody", "nogroup") else {
        machine::not_shown("uwsgi/socket-world-writable: needs a second user");
        return;
    };
    let socket = stage.path("run/shop/shop.sock");
    // curl's exit code 7: it could not connect. What the socket answers is no HTTP.
    let output = command
        .args(["curl", "--silent", "--max-time", "2", "--unix-socket"])
        .arg(socket)
        .arg("http://shop.example/")
        .output()
        .expect("curl starts");
    assert_eq!(output.status.code() != Some(7), expected, "{output:?}");
}

/// Another user's socket lies where uWSGI wants to listen.
fn start_over_a_stale_socket(stage: &mut Stage, socket: &str, expected: bool) {
    if !machine::me().root {
        machine::not_shown("uwsgi/socket-in-tmp: needs root to play two users");
        return;
    }
    let path = stage.path(socket);
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
    assert!(
        fs::symlink_metadata(&path).is_ok(),
        "it stays when its listener is gone"
    );
    if expected {
        stage.serve();
        let answer = stage.ask(get("/admin/login/")).expect("an answer");
        assert_eq!(answer.status, 200, "{answer:#?}");
    } else {
        let ran = stage.uwsgi_to_its_end();
        assert_eq!(ran.status.code(), Some(1), "{ran:#?}");
        assert!(ran.output.contains("Address already in use"), "{ran:#?}");
    }
}
