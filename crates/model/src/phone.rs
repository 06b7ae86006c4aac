//! Phone numbers: digits that begin with a country calling code (ITU-T E.164).

/// Numbering plans in which a leading zero is part of the number, so that with and without it two different
/// subscribers may be meant: Italy, San Marino, Vatican City, Ivory Coast, Benin, Gabon, Congo.
const ZERO_IS_SIGNIFICANT: &[&str] = &["39", "378", "379", "225", "229", "241", "242"];

/// The same number written the other way: people put the trunk prefix `0` after the country code, or leave it
/// out. `None` when there is only one way to write it.
#[must_use]
pub fn other_spelling(number: &str) -> Option<String> {
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (code, national) = number.split_at_checked(code_length(number)?)?;
    if national.is_empty() || ZERO_IS_SIGNIFICANT.contains(&code) {
        return None;
    }
    Some(match national.strip_prefix('0') {
        Some(rest) if rest.is_empty() || rest.starts_with('0') => return None,
        Some(rest) => format!("{code}{rest}"),
        None => format!("{code}0{national}"),
    })
}

/// The way in which a number is kept: without the trunk prefix.
#[must_use]
pub fn canonical(number: String) -> String {
    match other_spelling(&number) {
        Some(other) if other.len() < number.len() => other,
        _ => number,
    }
}

/// How many digits of the number are its country calling code. The codes are assigned so that none begins with
/// another; all that are not of one or two digits have three.
fn code_length(number: &str) -> Option<usize> {
    let mut digits = number.bytes();
    match (digits.next()?, digits.next()?) {
        (b'0', _) => None,
        (b'1' | b'7', _) => Some(1),
        (b'2', b'0' | b'7')
        | (b'3', b'0'..=b'4' | b'6' | b'9')
        | (b'4', b'0' | b'1' | b'3'..=b'9')
        | (b'5', b'1'..=b'8')
        | (b'6', b'0'..=b'6')
        | (b'8', b'1' | b'2' | b'4' | b'6')
        | (b'9', b'0'..=b'5' | b'8') => Some(2),
        _ => Some(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trunk_prefix_makes_no_other_number() {
        for (one, other) in [
            ("61412345678", "610412345678"),
            ("491701234567", "4901701234567"),
            ("353861234567", "3530861234567"),
            ("13102051234", "103102051234"),
        ] {
            assert_eq!(other_spelling(one).as_deref(), Some(other));
            assert_eq!(other_spelling(other).as_deref(), Some(one));
            assert_eq!(canonical(one.to_owned()), one);
            assert_eq!(canonical(other.to_owned()), one);
        }
    }

    #[test]
    fn numbers_that_differ_stay_apart() {
        // A landline in Busto Arsizio and a mobile phone.
        assert_eq!(other_spelling("390331123456"), None);
        assert_eq!(other_spelling("39331123456"), None);
        for odd in ["", "1", "61", "610", "61001", "0123456", "+61412345678", "６１412345678"] {
            assert_eq!(other_spelling(odd), None, "{odd}");
            assert_eq!(canonical(odd.to_owned()), odd);
        }
    }
}
