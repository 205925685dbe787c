//! uWSGI has read its configuration, and cannot do what it says.

use super::uwsgi::{INI, started_with};
use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::process::{handles, signal};
use crate::proof::Sign::{Shown, Status, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const SITE: &str = "etc/nginx/sites-enabled/shop";
const SOCKET: &str =
    "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true";

proofs! {
    a_port_of_roots_for_a_user => Proof {
        rule: "uwsgi/privileged-port",
        broken: Deployment::plain().edit(INI, SOCKET, "uid = shop\ngid = www-data\nhttp-socket = 127.0.0.2:80"),
        symptom: vec![Shown(it_may_not_listen)],
        sound: as_user(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_socket_in_a_directory_of_roots => Proof {
        rule: "uwsgi/uid-before-bind",
        broken: Deployment::plain()
            .edit(INI, SOCKET, "socket = /run/shop.sock\nchmod-socket = 660\nuid = shop\ngid = www-data")
            .edit(SITE, "/run/shop/shop.sock", "/run/shop.sock"),
        symptom: vec![Shown(it_may_not_make_its_socket)],
        sound: as_user(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    more_may_wait_than_the_kernel_lets => Proof {
        rule: "uwsgi/listen-above-somaxconn",
        broken: as_host("listen = 70000\n"),
        symptom: vec![UwsgiEnds(1, "Listen queue size is greater than the system max net.core.somaxconn")],
        sound: as_host("listen = 64\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_block_without_an_end => Proof {
        rule: "uwsgi/logic-unterminated",
        broken: Deployment::plain().edit(INI, "[uwsgi]\n", "[uwsgi]\nif-opt = nothing\nthreads = 2\n"),
        symptom: vec![UwsgiEnds(1, "The -s/--socket option is missing")],
        sound: Deployment::plain().edit(INI, "[uwsgi]\n", "[uwsgi]\nif-opt = nothing\nthreads = 2\nendif =\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_directory_that_lost_its_slash => Proof {
        rule: "uwsgi/relative-path",
        broken: Deployment::plain().edit(INI, "chdir = /srv/shop", "chdir = srv/shop"),
        symptom: vec![UwsgiEnds(1, "chdir(): No such file or directory")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_directory_of_the_tutorial => Proof {
        rule: "uwsgi/placeholder-left-in",
        broken: Deployment::plain().edit(INI, "chdir = /srv/shop", "chdir = /path/to/your/project"),
        symptom: vec![UwsgiEnds(1, "chdir(): No such file or directory")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_plugin_that_is_built_in_and_needed => Proof {
        rule: "uwsgi/plugin-superfluous",
        broken: started_with("/srv/shop/uwsgi.ini").append(INI, "need-plugin = python3\n"),
        symptom: vec![UwsgiEnds(1, "unable to load plugin \"python3\"")],
        sound: started_with("/srv/shop/uwsgi.ini"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    packages_of_an_older_python => Proof {
        rule: "uwsgi/python-version-mismatch",
        broken: with_program_of_its_own()
            .edit(INI, "home = /srv/shop/venv", "home = /srv/shop/old")
            .edit(INI, "need-app = true\n", "")
            .write("srv/shop/old/pyvenv.cfg", "home = /usr/bin\nversion = 3.4.0\n")
            .write("srv/shop/old/lib/python3.4/site-packages/django/__init__.py", ""),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'django'")],
        sound: with_program_of_its_own(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_reload_that_leaves_the_master => Proof {
        rule: "uwsgi/lazy-loading",
        broken: Deployment::plain().append(INI, "lazy = true\n"),
        symptom: vec![Shown(|stage| {
            reload(stage, "Respawned uWSGI worker 1");
            assert!(!stage.uwsgi_log().contains("binary reloading uWSGI"));
        })],
        sound: Deployment::plain().append(INI, "lazy-apps = true\n"),
        health: vec![Shown(|stage| reload(stage, "binary reloading uWSGI"))],
    },
}

/// The plain deployment, whose uWSGI gives up root and has opened its socket before.
fn as_user() -> Deployment {
    Deployment::plain().append(INI, "uid = shop\ngid = www-data\n")
}

/// A host whose uWSGI lies in a virtualenv beside the site's.
fn with_program_of_its_own() -> Deployment {
    started_with("/srv/shop/uwsgi.ini")
        .edit(
            "etc/systemd/system/shop.service",
            "/srv/shop/venv/bin",
            "/opt/uwsgi/bin",
        )
        .write(
            "opt/uwsgi/lib/python3.11/site-packages/uwsgidecorators.py",
            "",
        )
        .write("usr/bin/python3", "")
        .seen_as_host()
}

/// A host whose files say how many connections may wait.
fn as_host(lines: &str) -> Deployment {
    Deployment::plain()
        .append(INI, lines)
        .write("etc/sysctl.d/60-net.conf", "net.core.somaxconn = 4096\n")
        .write("usr/bin/python3", "")
        .seen_as_host()
}

fn it_may_not_listen(stage: &mut Stage) {
    let first = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    let first = std::fs::read_to_string(first).expect("Linux says it");
    if first.trim() != "1024" {
        return machine::not_shown("uwsgi/privileged-port (every port is everybody's here)");
    }
    it_is_denied(stage);
}

fn it_may_not_make_its_socket(stage: &mut Stage) {
    if !machine::me().root {
        return machine::not_shown("uwsgi/uid-before-bind (needs root, to give it up)");
    }
    it_is_denied(stage);
}

fn it_is_denied(stage: &mut Stage) {
    let ran = stage.uwsgi_to_its_end();
    assert_eq!(ran.status.code(), Some(1), "{ran:#?}");
    assert!(ran.output.contains("bind(): Permission denied"), "{ran:#?}");
}

/// Sends the running master SIGHUP, and waits for what comes of it.
fn reload(stage: &mut Stage, expected: &str) {
    assert!(stage.serve().ask(get("/admin/login/")).is_some());
    let master = stage.uwsgi_pid();
    stage.wait_for("uWSGI handles SIGHUP and SIGUSR1", |_| {
        handles(master, 1 | 1 << (10 - 1))
    });
    signal("HUP", i64::from(master));
    stage.wait_for(expected, |stage| stage.uwsgi_log().contains(expected));
}
