//! The program under the name that its documentation uses.

fn main() -> std::process::ExitCode {
    djlint::cli::main()
}
