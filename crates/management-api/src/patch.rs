//! Fields of a `PATCH` body: absent means unchanged, `null` means something.

use serde::{Deserialize, Deserializer};

/// For `#[serde(default, deserialize_with = "present")]`: the field was there, so it must hold a `T`. With an
/// `Option` as `T`, `null` is a value of its own.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An empty text means none.
pub fn none_if_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Replaces `target` when the patch has the field.
pub fn replace<T>(target: &mut T, patch: Option<T>) {
    if let Some(value) = patch {
        *target = value;
    }
}
