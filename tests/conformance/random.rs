//! Choices that follow from a seed.

/// Numbers that follow from a seed (Marsaglia's xorshift).
pub(crate) struct Random(u64);

impl Random {
    /// From the environment, else from the clock; printed, so that the run can be had again.
    #[allow(dead_code, reason = "not every test wants the clock")]
    pub(crate) fn seeded() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self::seeded_or(now.map_or(1, |now| now.as_nanos() as u64 | 1))
    }

    /// The same with a seed of the test's own where the environment has none.
    #[allow(dead_code, reason = "not every test has one")]
    pub(crate) fn seeded_or(seed: u64) -> Self {
        let seed = std::env::var("DJLINT_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(seed);
        println!("DJLINT_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    #[allow(dead_code, reason = "not every test has words to choose from")]
    pub(crate) fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}
