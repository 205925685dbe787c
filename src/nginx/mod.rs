//! nginx: what a configuration says, and what nginx would make of it.

/// A configuration as nginx would load it from one root file.
pub struct Configuration {}
