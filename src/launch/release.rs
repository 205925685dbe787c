//! Which release of nginx a container runs, where the name of its image or a package says so.

use super::Launch;
use super::image::Ran;
use super::machine::MachineId;
use super::word::Word;
use crate::nginx::Release;
use crate::source::{Origin, Span};
use crate::value::Value;

/// Images whose tags begin with nginx's release.
const IMAGES: &[&str] = &[
    "nginx",
    "nginxinc/nginx-unprivileged",
    "openresty/openresty",
];

/// Where images are known by the same names; Docker's own registry most often goes without saying.
const REGISTRIES: &[&str] = &["docker.io/library/", "docker.io/", "library/"];

/// The release of nginx's package, by a word in the tag of a distribution's image.
const DISTRIBUTIONS: &[(&str, &str)] = &[
    ("buster", "1.14.2"),
    ("bullseye", "1.18.0"),
    ("bookworm", "1.22.1"),
    ("trixie", "1.26.3"),
    ("bionic", "1.14.0"),
    ("focal", "1.18.0"),
    ("jammy", "1.18.0"),
    ("noble", "1.24.0"),
];

/// The same by a number: those of Ubuntu and of Debian are not of one kind.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("debian", "10", "buster"),
    ("debian", "11", "bullseye"),
    ("debian", "12", "bookworm"),
    ("debian", "13", "trixie"),
    ("ubuntu", "18.04", "bionic"),
    ("ubuntu", "20.04", "focal"),
    ("ubuntu", "22.04", "jammy"),
    ("ubuntu", "24.04", "noble"),
];

/// Images that are built on Debian or Ubuntu and whose tags name which release of it.
const BASES: &[&str] = &["debian", "ubuntu", "python"];

/// The packages that bring nginx's program.
const PACKAGES: &[&str] = &[
    "nginx",
    "nginx-core",
    "nginx-extras",
    "nginx-full",
    "nginx-light",
];

/// What brings packages of another release than the distribution's.
const ELSEWHERE: &[&str] = &[
    "add-apt-repository",
    "backports",
    "nginx.org",
    "openresty",
    "ppa:",
    "sources.list",
];

impl Launch {
    /// The release of nginx on containers, and what says so; nothing where one of them may have any.
    pub fn nginx_release(&self, machines: &[MachineId]) -> Option<(Release, Span)> {
        let mut found: Option<(Release, Span)> = None;
        for machine in machines {
            let (release, place) = self.release_on(*machine)?;
            found = Some(match found {
                Some((other, first)) => (other.or(release), first),
                None => (release, place),
            });
        }
        found
    }

    fn release_on(&self, id: MachineId) -> Option<(Release, Span)> {
        let Some(built) = &self.machine(id).image else {
            let service = self.service(id)?;
            if service.build.is_some() {
                return None;
            }
            return of_image(service.image.as_ref()?);
        };
        let base = built.base.as_ref()?;
        let installs: Vec<&Ran> = built
            .runs
            .iter()
            .filter(|ran| is_of_packages(ran))
            .collect();
        let named = installs.iter().find_map(|ran| package(ran));
        let is_changed = installs.iter().any(|ran| has(ran, "upgrade"));
        if named.is_none() && !is_changed {
            return of_image(base);
        }
        let is_elsewhere = |ran: &Ran| {
            let words = ran.command.words.iter().map(Word::text);
            words.into_iter().any(|word| {
                word.is_none_or(|word| ELSEWHERE.iter().any(|part| word.contains(part)))
            })
        };
        let copies_sources = built.copies.iter().any(|copy| {
            let text = copy.destination.text();
            text.is_none_or(|text| text.starts_with("/etc/apt"))
        });
        if copies_sources || built.runs.iter().any(is_elsewhere) {
            return None;
        }
        let (word, package) = named?;
        match package.split_once('=') {
            Some((_, version)) => Some((Release::parse(version)?, word.span)),
            None => Some((of_distribution(base)?, word.span)),
        }
    }
}

/// The release in an image's name: `nginx:1.25.3-alpine`.
fn of_image(word: &Word) -> Option<(Release, Span)> {
    let (name, tag) = name_and_tag(word)?;
    if !IMAGES.contains(&name) {
        return None;
    }
    Some((Release::parse(tag)?, word.span))
}

/// The release of nginx in the distribution that an image is built on.
fn of_distribution(word: &Word) -> Option<Release> {
    let (name, tag) = name_and_tag(word)?;
    if !BASES.contains(&name) {
        return None;
    }
    let words = || tag.split('-');
    let of_codename = |codename: &str| {
        let found = DISTRIBUTIONS.iter().find(|(known, _)| *known == codename);
        found.and_then(|(_, release)| Release::parse(release))
    };
    let numbered = NUMBERS.iter().find(|(distribution, number, _)| {
        let first = words().next().unwrap_or(tag);
        // `12.4` is a `12`; `22.04` is no `22`.
        let is = first == *number || (name == "debian" && first.split('.').next() == Some(number));
        name == *distribution && is
    });
    numbered
        .and_then(|(_, _, codename)| of_codename(codename))
        .or_else(|| words().find_map(of_codename))
}

/// `nginx` and `1.25` in `docker.io/library/nginx:1.25@sha256:…`, where it is written so.
fn name_and_tag(word: &Word) -> Option<(&str, &str)> {
    if !is_written(word) {
        return None;
    }
    let text = word.text()?;
    let text = text.split('@').next().unwrap_or(text);
    let own = REGISTRIES
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    own.unwrap_or(text).split_once(':')
}

/// Whether no variable has a part in it: whoever builds may set that otherwise.
fn is_written(word: &Word) -> bool {
    match &word.value {
        Value::OneOf(all) => all
            .iter()
            .all(|one| matches!(one.origin, Origin::Literal(_))),
        Value::Unknown(_) => false,
    }
}

fn is_of_packages(ran: &Ran) -> bool {
    matches!(
        ran.command.program(),
        Some("apt-get" | "apt" | "aptitude" | "apk" | "yum" | "dnf" | "microdnf")
    )
}

fn has(ran: &Ran, part: &str) -> bool {
    let mut words = ran.command.words.iter();
    words.any(|word| word.text().is_none_or(|text| text.contains(part)))
}

/// The package of nginx that a command installs: `nginx`, `nginx=1.24.0-1`.
fn package(ran: &Ran) -> Option<(&Word, &str)> {
    if !has(ran, "install") && !has(ran, "add") {
        return None;
    }
    ran.command.words.iter().find_map(|word| {
        let text = word.text()?;
        let name = text.split('=').next().unwrap_or(text);
        PACKAGES.contains(&name).then_some((word, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn word(text: &str) -> Word {
        Word::literal(text, Span::new(FileId(0), 0..1))
    }

    fn shown(found: Option<Release>) -> Option<String> {
        found.map(|release| release.to_string())
    }

    #[test]
    fn the_tag_of_nginx_s_own_images_is_its_release() {
        let of = |text: &str| shown(of_image(&word(text)).map(|(release, _)| release));
        for text in [
            "nginx:1.25.3",
            "docker.io/library/nginx:1.25.3-alpine",
            "nginx:1.25.3@sha256:00",
            "openresty/openresty:1.25.3.1-alpine",
        ] {
            assert_eq!(of(text).as_deref(), Some("1.25.3"), "{text}");
        }
        assert_eq!(of("nginx:1.25").as_deref(), Some("1.25"));
        for text in [
            "nginx",
            "nginx:latest",
            "nginx:stable-alpine",
            "nginx:1",
            "shop/nginx:1.25.3",
            "registry.example.com/nginx:1.25.3",
            "jwilder/nginx-proxy:1.4",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_package_is_the_distribution_s() {
        let of = |text: &str| shown(of_distribution(&word(text)));
        for (text, release) in [
            ("debian:12-slim", Some("1.22.1")),
            ("debian:12.4", Some("1.22.1")),
            ("python:3.12-slim-bookworm", Some("1.22.1")),
            ("ubuntu:24.04", Some("1.24.0")),
            ("python:3.12-slim", None),
            ("debian:stable", None),
            ("alpine:3.19", None),
        ] {
            assert_eq!(of(text).as_deref(), release, "{text}");
        }
    }
}
