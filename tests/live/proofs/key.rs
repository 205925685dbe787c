//! Keys that ssh will not take.

use std::os::unix::fs::PermissionsExt as _;

use crate::deployment::Deployment;
use crate::process::Ran;
use crate::proof::Sign::Shown;
use crate::proof::{Proof, proofs};
use crate::stage::Stage;

const KEY: &str = "home/ubuntu/.ssh-ls/ls-django.pem";

proofs! {
    a_key_that_others_can_read => Proof {
        rule: "key/pem-mode",
        broken: Deployment::guide("as-written"),
        symptom: vec![Shown(|stage| {
            let ran = public_half(stage, 0o644);
            assert!(!ran.status.success() && ran.output.contains("UNPROTECTED PRIVATE KEY FILE"), "{ran:#?}");
        })],
        sound: Deployment::guide("mended"),
        health: vec![Shown(|stage| {
            let ran = public_half(stage, 0o400);
            assert!(ran.status.success() && ran.output.contains("ssh-rsa "), "{ran:#?}");
        })],
    },
    a_key_that_its_group_can_read => Proof {
        rule: "key/pem-mode",
        broken: Deployment::guide("as-written").mode(KEY, 0o440),
        symptom: vec![Shown(|stage| {
            let ran = public_half(stage, 0o440);
            assert!(!ran.status.success() && ran.output.contains("UNPROTECTED PRIVATE KEY FILE"), "{ran:#?}");
        })],
        sound: Deployment::guide("mended"),
        health: vec![Shown(|stage| {
            let ran = public_half(stage, 0o600);
            assert!(ran.status.success(), "{ran:#?}");
        })],
    },
}

/// What ssh makes of a real key in the stand-in's place, with this mode: `ssh-keygen -y`
/// loads it as ssh does, and no server is needed.
fn public_half(stage: &mut Stage, mode: u32) -> Ran {
    let path = stage.aside("data").join("key.pem");
    let name = path.to_str().expect("a UTF-8 path");
    let made = stage.command(
        "ssh-keygen",
        &[
            "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", name,
        ],
    );
    assert!(made.status.success(), "{made:#?}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    stage.command("ssh-keygen", &["-y", "-f", name])
}
