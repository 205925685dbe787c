use super::*;
use crate::host::PathMap;
use crate::tree::Disk;
use std::path::Path;
fn text(t: &crate::django::Text) -> String {
    t.text.clone()
}
fn item(i: &Item) -> serde_json::Value {
    enc(&i.value)
}
fn seq(t: &str, s: &Sequence) -> serde_json::Value {
    serde_json::json!({"t": t, "v": s.items.iter().map(item).collect::<Vec<_>>(), "more": s.incomplete.is_some()})
}
fn obj(o: &Object) -> serde_json::Value {
    match o {
        Object::None => serde_json::json!({"t":"NoneType","v":null}),
        Object::Bool(b) => serde_json::json!({"t":"bool","v":b}),
        Object::Int(b) => serde_json::json!({"t":"int","v":b}),
        Object::Float(b) => serde_json::json!({"t":"float","v":b}),
        Object::Str(t) => serde_json::json!({"t":"str","v":text(t)}),
        Object::Bytes(b) => serde_json::json!({"t":"bytes","v":b}),
        Object::List(s) => seq("list", s),
        Object::Tuple(s) => seq("tuple", s),
        Object::Set(s) => seq("set", s),
        Object::Dict(m) => {
            serde_json::json!({"t":"dict","v": m.entries.iter().map(|(k, v)| (obj(k), item(v))).collect::<Vec<_>>(), "more": m.incomplete.is_some()})
        }
        Object::Path(t) => serde_json::json!({"t":"path","v":text(t)}),
        Object::External(e) => serde_json::json!({"?": e}),
    }
}
fn enc(v: &Value<Object>) -> serde_json::Value {
    match v {
        Value::Unknown(u) => serde_json::json!({"?": u.why}),
        Value::OneOf(a) if a.len() == 1 => obj(&a[0].value),
        Value::OneOf(a) => {
            serde_json::json!({"|": a.iter().map(|a| obj(&a.value)).collect::<Vec<_>>()})
        }
    }
}
#[test]
fn dump() {
    let root = std::path::PathBuf::from(std::env::var("ORACLE").unwrap());
    let files = Files::new(Disk::new(vec![root.clone()], vec![]), PathMap::new());
    let mut out = serde_json::Map::new();
    let mut paths: Vec<_> = std::fs::read_dir(root.join("cases"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension() != Some(std::ffi::OsStr::new("py")) || name == "__init__" {
            continue;
        }
        let source = files.open(Path::new(&path)).unwrap();
        let t = std::time::Instant::now();
        let s = Settings::load(&files, &source, &[root.clone()], &BTreeMap::new());
        let e = t.elapsed();
        let mut m = serde_json::Map::new();
        for (n, b) in &s.scope.names {
            if is_upper(n) {
                let v = s.get(n).value;
                m.insert(n.clone(), enc(&v));
                let _ = b;
            }
        }
        m.insert(
            "_hidden".into(),
            serde_json::json!(s.scope.hidden.as_ref().map(|u| u.why.clone())),
        );
        m.insert("_us".into(), serde_json::json!(e.as_micros() as u64));
        out.insert(name, m.into());
    }
    std::fs::write(
        root.join("../ours.json"),
        serde_json::to_string(&out).unwrap(),
    )
    .unwrap();
}
