//! uWSGI reads its configuration, and ends at it or takes it for something else.

use super::uwsgi::{INI, run_uwsgi};
use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::proof::Sign::{NginxLog, Shown, Status, StatusWithoutUwsgi, UwsgiEnds, UwsgiLog};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

proofs! {
    a_mode_of_four_digits => Proof {
        rule: "uwsgi/bad-chmod",
        broken: Deployment::plain().edit(INI, "chmod-socket = 660", "chmod-socket = 0660"),
        symptom: vec![
            UwsgiEnds(1, "invalid chmod value: 0660"),
            StatusWithoutUwsgi(get("/admin/login/"), 502),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_block_inside_of_a_block => Proof {
        rule: "uwsgi/nested-logic",
        broken: Deployment::plain().append(INI, "if-opt = module\nif-not-opt = nothing\nthreads = 2\nendif =\nendif =\n"),
        symptom: vec![UwsgiEnds(1, "recursive logic in options is not supported (option = if-not-opt)")],
        sound: Deployment::plain().append(INI, "if-opt = module\nthreads = 2\nendif =\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_file_that_includes_itself => Proof {
        rule: "uwsgi/self-reference",
        broken: Deployment::plain().append(INI, "ini = /srv/shop/uwsgi.ini\n"),
        symptom: vec![Shown(it_crashes)],
        sound: Deployment::plain().append(INI, "ini = :more\n[more]\nthreads = 2\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_placeholder_under_strict => Proof {
        rule: "uwsgi/strict-refuses-placeholder",
        broken: Deployment::plain().append(INI, "strict = true\nproject = shop\n"),
        symptom: vec![UwsgiEnds(1, "[strict-mode] unknown config directive: project")],
        sound: Deployment::plain().append(INI, "strict = true\nset-ph = project=shop\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    an_included_file_that_is_not_there => Proof {
        rule: "uwsgi/include-unreadable",
        broken: Deployment::plain().append(INI, "ini = /srv/shop/base.ini\n").seen_as_host(),
        symptom: vec![UwsgiEnds(1, "No such file or directory")],
        sound: Deployment::plain()
            .append(INI, "ini = /srv/shop/base.ini\n")
            .write("srv/shop/base.ini", "[uwsgi]\nthreads = 2\n")
            .seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    an_included_file_of_no_format => Proof {
        rule: "uwsgi/include-unreadable",
        broken: Deployment::plain()
            .append(INI, "include = /srv/shop/base.conf\n")
            .write("srv/shop/base.conf", "[uwsgi]\nthreads = 2\n"),
        symptom: vec![UwsgiEnds(1, "unable to load configuration from")],
        sound: Deployment::plain()
            .append(INI, "ini = /srv/shop/base.conf\n")
            .write("srv/shop/base.conf", "[uwsgi]\nthreads = 2\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    fewer_processes_than_none => Proof {
        rule: "uwsgi/value-refused",
        broken: Deployment::plain().edit(INI, "processes = 1", "processes = -1"),
        symptom: vec![UwsgiEnds(1, "must be > 0")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_static_map_without_a_directory => Proof {
        rule: "uwsgi/value-refused",
        broken: Deployment::plain().append(INI, "static-map = /static\n"),
        symptom: vec![UwsgiEnds(1, "invalid")],
        sound: Deployment::plain().append(INI, "static-map = /static=/srv/shop/static\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    as_many_cheap_workers_as_there_are => Proof {
        rule: "uwsgi/cheaper-not-below-processes",
        broken: Deployment::plain().append(INI, "cheaper = 1\n"),
        symptom: vec![UwsgiEnds(1, "invalid cheaper value: must be lower than processes")],
        sound: Deployment::plain().edit(INI, "processes = 1", "processes = 2").append(INI, "cheaper = 1\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_slow_request_without_a_master => Proof {
        rule: "uwsgi/harakiri-without-master",
        broken: slow().edit(INI, "master = true\n", ""),
        symptom: vec![
            Status(get("/slow"), 502),
            UwsgiLog("consider enabling the uWSGI master process"),
            Status(get("/"), 502),
        ],
        sound: slow(),
        health: vec![Status(get("/slow"), 502), Status(get("/"), 200)],
    },
    a_socket_as_nginx_writes_it => Proof {
        rule: "uwsgi/socket-is-not-a-path",
        broken: Deployment::plain().edit(INI, "socket = /run", "socket = unix:/run"),
        symptom: vec![
            Shown(it_binds_no_file),
            StatusWithoutUwsgi(get("/admin/login/"), 502),
            NginxLog("failed (2: No such file or directory) while connecting to upstream"),
        ],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_socket_with_a_long_path => Proof {
        rule: "uwsgi/socket-path-too-long",
        broken: Deployment::plain().edit(INI, "socket = /run/shop/shop.sock", LONG),
        symptom: vec![UwsgiEnds(1, "invalid socket name")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_misspelt_module => Proof {
        rule: "uwsgi/unknown-option",
        broken: needless().edit(INI, "module = shop", "modul = shop"),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("no app loaded. going in full dynamic mode")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_comment_behind_the_header => Proof {
        rule: "uwsgi/section-ignored",
        broken: Deployment::plain().edit(INI, "[uwsgi]", "[uwsgi] # main"),
        symptom: vec![UwsgiEnds(1, "The -s/--socket option is missing")],
        sound: Deployment::plain().edit(INI, "[uwsgi]", "# main\n[uwsgi]"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_comment_behind_the_module => Proof {
        rule: "uwsgi/inline-comment",
        broken: needless().edit(INI, "shop.wsgi:application", "shop.wsgi # the shop"),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'shop.wsgi # the shop'")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_quoted_number_of_processes => Proof {
        rule: "uwsgi/quoted-value",
        broken: Deployment::plain().edit(INI, "processes = 1", "processes = \"1\""),
        symptom: vec![Shown(|stage| { stage.serve_uwsgi(); }), UwsgiLog("no-workers")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_semicolon_as_nginx_has_it => Proof {
        rule: "uwsgi/trailing-semicolon",
        broken: needless().edit(INI, "shop.wsgi:application", "shop.wsgi;"),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("No module named 'shop.wsgi;'")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    as_many_processes_as_it_likes => Proof {
        rule: "uwsgi/value-becomes-zero",
        broken: Deployment::plain().edit(INI, "processes = 1", "processes = auto"),
        symptom: vec![Shown(|stage| { stage.serve_uwsgi(); }), UwsgiLog("no-workers")],
        sound: Deployment::plain().edit(INI, "processes = 1", "processes = %k"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_buffer_of_32_bytes => Proof {
        rule: "uwsgi/size-suffix",
        broken: Deployment::plain().append(INI, "buffer-size = 32k\n"),
        symptom: vec![Status(get("/admin/login/"), 502), UwsgiLog("(max 32)...skip")],
        sound: Deployment::plain().append(INI, "buffer-size = 32768\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_directory_of_no_name => Proof {
        rule: "uwsgi/undefined-placeholder",
        broken: Deployment::plain().edit(INI, "chdir = /srv/shop", "chdir = /srv/shop/%(project)"),
        symptom: vec![UwsgiEnds(1, "chdir(): No such file or directory")],
        sound: Deployment::plain().edit(INI, "chdir = /srv/shop", "set-ph = project=.\nchdir = /srv/shop/%(project)"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_home_that_only_a_shell_knows => Proof {
        rule: "uwsgi/not-expanded",
        broken: Deployment::plain().edit(INI, "chdir = /srv/shop", "chdir = ~/shop"),
        symptom: vec![UwsgiEnds(1, "chdir(): No such file or directory")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    two_applications_in_one_place => Proof {
        rule: "uwsgi/conflicting-applications",
        broken: Deployment::plain().append(INI, "wsgi-file = shop/wsgi.py\n"),
        symptom: vec![Status(get("/admin/login/"), 200), UwsgiLog("already configured. skip.")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_percent_at_the_end_of_a_line => Proof {
        rule: "uwsgi/percent-eaten",
        broken: needless().edit(INI, "module = shop", "# below 80%\nmodule = shop"),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("no app loaded. going in full dynamic mode")],
        sound: Deployment::plain().edit(INI, "module = shop", "# below 80%%\nmodule = shop"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_virtualenv_that_is_not_there => Proof {
        rule: "uwsgi/virtualenv-not-found",
        broken: Deployment::plain().edit(INI, "home = /srv/shop/venv", "home = /srv/shop/env").write("usr/bin/python3", "").seen_as_host(),
        symptom: vec![UwsgiEnds(1, "Python Home is not a directory")],
        sound: Deployment::plain().write("usr/bin/python3", "").seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_log_without_its_directory => Proof {
        rule: "uwsgi/log-directory-missing",
        broken: Deployment::plain().append(INI, "logto = /srv/shop/logs/uwsgi.log\n").write("usr/bin/python3", "").seen_as_host(),
        symptom: vec![UwsgiEnds(1, "No such file or directory")],
        sound: Deployment::plain().append(INI, "logto = /srv/shop/uwsgi.log\n").write("usr/bin/python3", "").seen_as_host(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    an_inherited_number_of_processes => Proof {
        rule: "uwsgi/inherit-overrides",
        broken: Deployment::plain()
            .append(INI, "inherit = /srv/shop/base.ini\n")
            .write("srv/shop/base.ini", "[uwsgi]\nprocesses = 3\n"),
        symptom: vec![Status(get("/admin/login/"), 200), UwsgiLog("spawned uWSGI worker 3")],
        sound: Deployment::plain()
            .append(INI, "inherit = /srv/shop/base.ini\n")
            .write("srv/shop/base.ini", "[uwsgi]\nthreads = 2\n"),
        health: vec![Status(get("/admin/login/"), 200)],
    },
    a_callable_that_is_not_there => Proof {
        rule: "uwsgi/callable-not-found",
        broken: needless().edit(INI, "shop.wsgi:application", "shop.wsgi:app"),
        symptom: vec![Status(get("/admin/login/"), 500), UwsgiLog("callable not found or import error")],
        sound: Deployment::plain(),
        health: vec![Status(get("/admin/login/"), 200)],
    },
}

const LONG: &str = "socket = /run/shop/a-name-that-is-as-long-as-few-are/and-another-one-in-it-that-is-as-long/and-the-last-one-of-them.sock";

/// uWSGI goes on without an application, as it does unless it is told otherwise.
fn needless() -> Deployment {
    Deployment::plain().edit(INI, "need-app = true\n", "")
}

/// A request that takes a minute, where no more than a second is given.
fn slow() -> Deployment {
    Deployment::plain()
        .append(INI, "harakiri = 1\n")
        .write(
            "srv/shop/shop/wsgi.py",
            "import time\n\ndef application(environ, start_response):\n    if environ['PATH_INFO'] == '/slow':\n        time.sleep(60)\n    start_response('200 OK', [])\n    return [b'quick']\n",
        )
}

fn it_crashes(stage: &mut Stage) {
    let ran = run_uwsgi(stage, INI);
    assert!(!ran.status.success(), "{ran:#?}");
    assert!(!ran.output.contains("spawned uWSGI"), "{ran:#?}");
}

/// uWSGI up to where it would load the application, which a failing command ends.
fn it_binds_no_file(stage: &mut Stage) {
    let program = machine::stack_program("uwsgi");
    let program = program.to_str().expect("a UTF-8 path");
    let ran = stage.command(program, &["--ini", INI, "--exec-pre-app", "false"]);
    assert!(
        ran.output.contains("bound to TCP address unix:/"),
        "{ran:#?}"
    );
    assert!(!stage.path("run/shop/shop.sock").exists());
}
