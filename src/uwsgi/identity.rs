//! Who an instance runs as.

use super::instance::Instance;
use crate::source::Span;

impl Instance {
    /// Where it names root as the user that it is to run as.
    pub fn asks_for_root(&self) -> Option<Span> {
        let uid = self
            .last("uid")
            .filter(|setting| !setting.is_conditional())?;
        let value = uid.value();
        (value.get()? == "root").then(|| uid.value_span())
    }

    /// The user that it is by the time that it makes its sockets, where `uid` names one: it is
    /// root no more then, unless an option puts that off (uwsgi_start in core/uwsgi.c).
    pub fn gives_up_root_before_binding(&self) -> Option<(String, Span)> {
        const PUT_OFF: [&str; 5] = [
            // It keeps some of root's rights.
            "cap",
            "chown-socket",
            "master-as-root",
            "drop-after-init",
            "drop-after-apps",
        ];
        // default.ini of Debian's package has `chown-socket`.
        let may_be_put_off = self.is_open() || self.is_debian_app();
        if may_be_put_off || PUT_OFF.iter().any(|name| self.last(name).is_some()) {
            return None;
        }
        let uid = self
            .last("uid")
            .filter(|setting| !setting.is_conditional())?;
        let user = uid.value().get()?.clone();
        (!matches!(user.as_str(), "" | "root" | "0")).then(|| (user, uid.value_span()))
    }

    /// Where it names another user than root, and keeps the group that it is started with
    /// (uwsgi_as_root in core/uwsgi.c asks for each on its own).
    pub fn uid_without_gid(&self) -> Option<Span> {
        let uid = self
            .last("uid")
            .filter(|setting| !setting.is_conditional())?;
        let groups = ["gid", "immediate-gid", "drop-after-init", "drop-after-apps"];
        let names_group = groups.iter().any(|name| self.last(name).is_some());
        let is_elsewhere = self.is_open() || self.is_debian_app() || self.is_vassal();
        if names_group || is_elsewhere || self.asks_for_root().is_some() {
            return None;
        }
        Some(uid.key_span().to(uid.value_span()))
    }
}
