//! What starts uWSGI is at fault: its image, or what watches it.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::deployment::Deployment;
use crate::http::get;
use crate::machine;
use crate::proof::Sign::{Shown, Status};
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const INI: &str = "srv/shop/uwsgi.ini";
const PAGE: &str = "/admin/login/";

proofs! {
    supervisord_takes_a_daemon_for_dead => Proof {
        rule: "launch/daemonize-under-supervisor",
        broken: supervised().append(INI, "daemonize = /srv/shop/uwsgi.log\n"),
        symptom: vec![Shown(|stage| status_becomes(stage, "FATAL     Exited too quickly"))],
        sound: supervised(),
        health: vec![Shown(|stage| status_becomes(stage, "RUNNING"))],
    },
    supervisord_has_to_kill_what_starts_anew => Proof {
        rule: "launch/sigterm-reloads",
        broken: supervised().edit(INI, "die-on-term = true\n", ""),
        symptom: vec![Shown(|stage| stop(stage, true))],
        sound: supervised(),
        health: vec![Shown(|stage| stop(stage, false))],
    },
    an_image_without_uwsgi => Proof {
        rule: "launch/uwsgi-not-installed",
        broken: imaged("python:3.12", "django==5.2\n"),
        symptom: vec![Shown(no_such_program)],
        sound: imaged("python:3.12", "django==5.2\nuwsgi==2.0.31\n"),
        health: vec![Status(get(PAGE), 200)],
    },
    an_image_without_a_compiler => Proof {
        rule: "launch/uwsgi-without-compiler",
        broken: imaged("python:3.12-slim", "django==5.2\nuwsgi==2.0.31\n"),
        symptom: vec![Shown(pip_wants_a_compiler)],
        // The stack's own uWSGI was built by pip from the same archive, with a compiler.
        sound: imaged("python:3.12", "django==5.2\nuwsgi==2.0.31\n"),
        health: vec![Status(get(PAGE), 200)],
    },
}

/// The plain deployment, on a port and under supervisord.
fn supervised() -> Deployment {
    Deployment::plain()
        .edit(
            INI,
            "socket = /run/shop/shop.sock\nchown-socket = shop:www-data\nchmod-socket = 660\nvacuum = true\n",
            "socket = 127.0.0.1:3031\n",
        )
        .edit(
            "etc/nginx/sites-enabled/shop",
            "unix:/run/shop/shop.sock",
            "127.0.0.1:3031",
        )
        .write(
            "etc/supervisor/supervisord.conf",
            "[unix_http_server]\nfile=/run/supervisor.sock\n\n\
             [supervisord]\nnodaemon=true\nlogfile=/var/log/supervisord.log\npidfile=/run/supervisord.pid\n\n\
             [rpcinterface:supervisor]\n\
             supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n\n\
             [supervisorctl]\nserverurl=unix:///run/supervisor.sock\n\n\
             [program:shop]\ncommand=/srv/shop/venv/bin/uwsgi --ini /srv/shop/uwsgi.ini\n\
             directory=/srv/shop\nuser=shop\nstartretries=1\nstopwaitsecs=2\n",
        )
        .user("shop", "www-data")
}

fn status_becomes(stage: &mut Stage, status: &str) {
    stage.supervise();
    stage.wait_for(&format!("the program's status is {status}"), |stage| {
        let said = stage.supervisorctl(&["status", "shop"]).output;
        said.contains(status)
    });
}

/// Stops the program when it serves; supervisord kills what does not end of SIGTERM.
fn stop(stage: &mut Stage, killed: bool) {
    status_becomes(stage, "RUNNING");
    stage.serve_nginx();
    stage.wait_for("the page comes", |stage| {
        stage
            .ask(get(PAGE))
            .is_some_and(|answer| answer.status == 200)
    });
    let said = stage.supervisorctl(&["stop", "shop"]).output;
    assert!(said.contains("shop: stopped"), "{said}");
    let log = fs::read_to_string(stage.path("var/log/supervisord.log")).expect("its log");
    assert_eq!(log.contains("with SIGKILL"), killed, "{log}");
}

/// The plain deployment with the image that it runs in.
fn imaged(base: &str, requirements: &str) -> Deployment {
    Deployment::plain()
        .write(
            "srv/shop/Dockerfile",
            format!(
                "FROM {base}\nWORKDIR /srv/shop\nCOPY . .\nRUN pip install -r requirements.txt\n\
                 CMD [\"uwsgi\", \"--ini\", \"uwsgi.ini\"]\n"
            ),
        )
        .write("srv/shop/requirements.txt", requirements)
}

/// A directory with the few programs of a small image.
fn small_image(stage: &Stage) -> String {
    let directory = stage.aside("image");
    fs::create_dir_all(&directory).expect("a directory");
    for name in [
        "sh", "sed", "grep", "uname", "cat", "dirname", "basename", "rm", "mkdir",
    ] {
        symlink(machine::program(name), directory.join(name)).expect("a program");
    }
    directory.display().to_string()
}

/// The image's command, where pip installed Django alone.
fn no_such_program(stage: &mut Stage) {
    let python = machine::stack_program("python");
    let virtualenv = stage.aside("virtualenv").display().to_string();
    let made = stage.command(
        python.to_str().expect("a UTF-8 path"),
        &["-m", "venv", "--without-pip", &virtualenv],
    );
    assert!(made.status.success(), "{made:#?}");
    let output = Command::new("/bin/sh")
        .args(["-c", "exec uwsgi --ini uwsgi.ini"])
        .env_clear()
        .env("PATH", format!("{virtualenv}/bin:{}", small_image(stage)))
        .current_dir(stage.path("srv/shop"))
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(127), "{said}");
    assert!(said.contains("uwsgi: not found"), "{said}");
}

/// pip with uWSGI's source, and no compiler in PATH.
fn pip_wants_a_compiler(stage: &mut Stage) {
    let source = machine::stack().join("source/uwsgi-2.0.31.tar.gz");
    let output = Command::new(machine::stack_program("pip"))
        .args([
            "install",
            "--no-index",
            "--no-cache-dir",
            "--no-deps",
            "--no-build-isolation",
            "--target",
        ])
        .arg(stage.aside("installed"))
        .arg(source)
        .env_clear()
        .env("PATH", small_image(stage))
        .env("HOME", stage.aside("home"))
        .output()
        .expect("pip starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("you need a C compiler to build uWSGI"),
        "{said}"
    );
}
