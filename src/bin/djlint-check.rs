//! The same program under the name that no other linter has.

fn main() -> std::process::ExitCode {
    djlint::cli::main()
}
