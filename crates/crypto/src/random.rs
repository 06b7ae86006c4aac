//! Randomness as an argument, for the places whose tests need to know what comes out.

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills `destination` completely.
    fn fill(&self, destination: &mut [u8]);
}

/// The cryptographic generator of the process, seeded by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, destination: &mut [u8]) {
        // AWS-LC aborts rather than returning when the system has no entropy, so this cannot
        // happen; going on with predictable bytes would be the one wrong answer.
        if aws_lc_rs::rand::fill(destination).is_err() {
            panic!("the random generator of the system failed");
        }
    }
}

/// An array of unpredictable bytes.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom.fill(&mut bytes);
    bytes
}
