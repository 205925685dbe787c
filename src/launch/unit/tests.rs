use super::*;
use crate::host::PathMap;
use crate::tree::Memory;

fn unit(files: &[(&str, &str)]) -> (Files, Unit) {
    let mut tree = Memory::new();
    for (path, text) in files {
        tree = tree.file(path, *text, 0o644);
    }
    let files_of = Files::new(tree, PathMap::new());
    let path = Path::new("/").join(files[0].0);
    let unit = load(&files_of, &path).unwrap();
    (files_of, unit)
}

fn words(unit: &Unit) -> Vec<String> {
    let command = &unit.exec_start[0].commands[0];
    command
        .words
        .iter()
        .map(|word| word.text().unwrap_or("?").to_owned())
        .collect()
}

#[test]
fn a_service_is_read_with_the_place_of_each_word() {
    let text = "[Unit]\nDescription=shop\n\n[Service]\nType = notify\nUser=www-data\n\
        # a comment \\\nWorkingDirectory=/srv/shop\nEnvironment=\"A=b c\" D=e\nEnvironment=F=g\n\
        ExecStart=/srv/shop/venv/bin/uwsgi \\\n# in between\n  --ini \"/srv/shop/uwsgi.ini\"\n\
        KillSignal=SIGQUIT\nPrivateTmp=yes\nRuntimeDirectory=shop shop-two\n";
    let (files, unit) = unit(&[("etc/systemd/system/shop.service", text)]);
    assert_eq!(
        words(&unit),
        ["/srv/shop/venv/bin/uwsgi", "--ini", "/srv/shop/uwsgi.ini"]
    );
    let source = files.get(unit.file.id());
    let command = &unit.exec_start[0].commands[0];
    assert_eq!(
        source.text(command.words[0].span),
        "/srv/shop/venv/bin/uwsgi"
    );
    assert_eq!(
        source.text(command.words[2].span),
        "\"/srv/shop/uwsgi.ini\""
    );
    assert!(unit.user.as_ref().unwrap().is("www-data"));
    assert!(unit.kind.as_ref().unwrap().is("notify"));
    assert_eq!(unit.private_tmp.map(|(on, _)| on), Some(true));
    assert_eq!(unit.runtime_directory.len(), 2);
    assert!(unit.environment.get("A").unwrap().value.is("b c"));
    let f = unit.environment.get("F").unwrap();
    assert_eq!(source.text(f.name_span), "F");
    assert_eq!(source.text(f.value.span), "g");
    assert_eq!(source.text(unit.header), "[Service]");
}

#[test]
fn a_drop_in_takes_back_and_adds() {
    let (_, unit) = unit(&[
        (
            "u/shop.service",
            "[Service]\nExecStart=/bin/old\nUser=one\nEnvironment=A=1\n",
        ),
        (
            "u/shop.service.d/10.conf",
            "[Service]\nExecStart=\nExecStart=/bin/new $A ${A}x\nUser=two\n",
        ),
        ("u/shop.service.d/notes.txt", "[Service]\nUser=three\n"),
    ]);
    assert_eq!(unit.exec_start.len(), 1);
    assert_eq!(words(&unit), ["/bin/new", "1", "1x"]);
    assert!(unit.user.as_ref().unwrap().is("two"));
    assert_eq!(unit.files.len(), 2);
}

#[test]
fn what_is_filled_in_elsewhere_is_not_known() {
    let text = "[Service]\nUser=%i\nWorkingDirectory={{ app_dir }}\nEnvironmentFile=-/etc/default/shop\n\
        ExecStart=-/bin/x $OPTIONS %p %t/y %%\n";
    let (_, unit) = unit(&[("u/uwsgi@.service", text)]);
    assert_eq!(unit.user.as_ref().unwrap().text(), None);
    assert_eq!(unit.working_directory.as_ref().unwrap().text(), None);
    assert!(!unit.environment.openings.is_empty());
    assert_eq!(words(&unit), ["/bin/x", "?", "uwsgi", "/run/y", "%"]);
    assert!(unit.exec_start[0].may_fail);
}

#[test]
fn a_socket_is_for_its_service() {
    let text = "[Socket]\nListenStream=/run/shop.sock\nListenStream=127.0.0.1:8000\nSocketUser=www-data\nSocketMode=0660\n";
    let (_, unit) = unit(&[("u/shop.socket", text)]);
    assert_eq!(unit.service.as_deref(), Some("shop.service"));
    assert_eq!(unit.listen.len(), 2);
    assert!(unit.socket_mode.as_ref().unwrap().is("0660"));
}

#[test]
fn other_files_are_no_units() {
    assert!(looks_like(b"# x\n[Unit]\nDescription=x\n"));
    assert!(looks_like(b"[Service]\r\nExecStart=x\r\n"));
    for other in [
        "description \"uwsgi\"\nstart on runlevel [2345]\n",
        "[uwsgi]\nmodule = x\n",
        "[program:x]\ncommand=y\n",
        "[Desktop Entry]\nExec=x\n",
    ] {
        assert!(!looks_like(other.as_bytes()), "{other}");
    }
}

#[test]
fn hostile_units_end() {
    let long = "ExecStart=/bin/x \\\n".repeat(50_000);
    for text in [
        format!("[Service]\n{long}"),
        "[Service]\nExecStart=".to_owned() + &"\"".repeat(10_001),
        "[Service]\nExecStart=\\".to_owned(),
        "[Service]\nExecStart=\\x\n".to_owned(),
        "[Service\nUser".to_owned(),
        "\u{feff}[Service]\nUser=\u{e9}%".to_owned(),
    ] {
        let (files, unit) = unit(&[("u/x.service", &text)]);
        let source = files.get(unit.file.id());
        for exec in &unit.exec_start {
            assert!(exec.span.range().end <= source.bytes().len());
        }
    }
    let tree = Memory::new().file(
        "u/x.service",
        b"[Service]\nUser=\xe9\nExecStart=/bin/\xff \xe9\n".to_vec(),
        0o644,
    );
    let files = Files::new(tree, PathMap::new());
    let unit = load(&files, Path::new("/u/x.service")).unwrap();
    assert_eq!(unit.user.unwrap().text(), None);
}
