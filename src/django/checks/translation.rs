//! django/core/checks/translation.py.

use super::super::object::{Item, Object};
use super::{EVER, Fired};

/// The languages that some release since 3.2 has (LANGUAGES in django/conf/global_settings.py), and those that
/// stand for one of them (LANG_INFO in django/conf/locale).
const LANGUAGES: &str = "af ar ar-dz ast az be bg bn br bs ca ckb cs cy da de dsb el en en-au en-gb eo es es-ar \
    es-co es-mx es-ni es-ve et eu fa fi fr fy ga gd gl he hi hr hsb ht hu hy ia id ig io is it ja ka kab kk km kn \
    ko ky lb lt lv mk ml mn mr ms my nb ne nl nn os pa pl pt pt-br ro ru sk sl sq sr sr-latn sv sw ta te tg th tk \
    tr tt udm ug uk ur uz vi zh-hans zh-hant zh-cn zh-hk zh-mo zh-my zh-sg zh-tw no";

pub(super) fn run(fired: &mut Fired) {
    if !fired.within((3, 0)..EVER) {
        return;
    }
    let settings = fired.settings;
    let code = settings.get("LANGUAGE_CODE");
    if !code.assignments.is_empty() {
        let is_tag = |object: &Object| object.as_str().is_some_and(is_language_code);
        let is_known = |object: &Object| !matches!(object, Object::External(_));
        let fires = code.value.is(is_tag).is_no() && code.value.is(is_known).is_yes();
        fired.of("translation.E001", "LANGUAGE_CODE", fires);
    }
    for (name, id) in [
        ("LANGUAGES", "translation.E002"),
        ("LANGUAGES_BIDI", "translation.E003"),
    ] {
        let list = settings.get(name);
        let list = list.value.get().and_then(Object::as_list);
        for item in list.iter().flat_map(|list| &list.items) {
            let tag = match name {
                "LANGUAGES" => tag(item),
                _ => item.as_str(),
            };
            if let Some(tag) = tag.filter(|tag| !is_language_code(tag)) {
                fired.add(id, tag, Some(item.span));
            }
        }
    }
    let code = match code.value.get() {
        Some(Object::Str(text)) if !code.assignments.is_empty() => Some(text.text.as_str()),
        _ if code.assignments.is_empty() && settings.hidden().is_none() => Some("en-us"),
        _ => None,
    };
    if code.is_some_and(|code| is_unsupported(fired, code)) {
        let setting = match settings.get("LANGUAGE_CODE").assignments.is_empty() {
            true => "LANGUAGES",
            false => "LANGUAGE_CODE",
        };
        fired.of("translation.E004", setting, true);
    }
}

/// The tag of a pair in LANGUAGES.
fn tag(item: &Item) -> Option<&str> {
    match &item.get()?.as_list()?.items[..] {
        [tag, _] => tag.as_str(),
        _ => None,
    }
}

/// `language_code_re`
fn is_language_code(tag: &str) -> bool {
    let (tag, modifier) = match tag.split_once('@') {
        Some((tag, modifier)) => (tag, Some(modifier)),
        None => (tag, None),
    };
    let is_word = |word: &str, longest: usize| {
        (1..=longest).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    is_word(first, 8)
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| is_word(part, 8))
        && modifier.is_none_or(|modifier| is_word(modifier, 20))
}

/// Whether `get_supported_language_variant` finds nothing: neither the language, nor what it is a variant of,
/// nor another variant of that.
fn is_unsupported(fired: &Fired, code: &str) -> bool {
    let settings = fired.settings;
    let own = settings.get("LANGUAGES");
    let supported: Option<Vec<String>> = if own.assignments.is_empty() {
        settings
            .hidden()
            .is_none()
            .then(|| LANGUAGES.split_whitespace().map(str::to_owned).collect())
    } else {
        own.value
            .get()
            .and_then(Object::as_list)
            .filter(|list| list.incomplete.is_none())
            .and_then(|list| {
                list.items
                    .iter()
                    .map(|item| tag(item).map(str::to_owned))
                    .collect()
            })
    };
    let Some(supported) = supported else {
        return false;
    };
    // Chinese falls back in ways of its own.
    if code.to_ascii_lowercase().starts_with("zh") {
        return false;
    }
    let mut possible = vec![code];
    let mut rest = code;
    while let Some((before, _)) = rest.rsplit_once('-') {
        possible.push(before);
        rest = before;
    }
    let has = |code: &&str| {
        supported
            .iter()
            .any(|own| *own == code.to_ascii_lowercase())
    };
    let variant = format!("{rest}-");
    !possible.iter().any(has) && !supported.iter().any(|own| own.starts_with(&variant))
}

#[cfg(test)]
mod tests {
    use super::is_language_code;

    /// The answers are those of `language_code_re.match`.
    #[test]
    fn a_language_code_is_told_from_a_locale() {
        for tag in ["en", "pt-BR", "zh-hans", "sr-latn", "ca@valencia", "x1"] {
            assert_eq!(is_language_code(tag), tag != "x1", "{tag}");
        }
        for tag in [
            "en_US",
            "en-US.UTF-8",
            "",
            "en-",
            "-us",
            "english-language",
            "e n",
        ] {
            let is_one = tag == "english-language";
            assert_eq!(is_language_code(tag), is_one, "{tag}");
        }
    }
}
