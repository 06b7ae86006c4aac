//! What an account must hold before its owner may sign in, as the sign-up settings say.

use portico_model::{
    User,
    interaction::MissingProfile,
    sign_in_experience::{SecondaryIdentifier, SignInIdentifier, SignUp},
};

/// Which of the things a sign-up can ask for are there, stored or about to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain names")]
pub struct Held {
    pub username: bool,
    pub email: bool,
    pub phone: bool,
    /// A password, or a social or enterprise identity, which stands in for one.
    pub password: bool,
}

impl Held {
    /// What a stored user holds.
    #[must_use]
    pub fn by_user(user: &User) -> Self {
        Self {
            username: user.username.is_some(),
            email: user.primary_email.is_some(),
            phone: user.primary_phone.is_some(),
            password: user.password_encrypted.is_some() || !user.identities.is_empty(),
        }
    }

    /// What either holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            username: self.username || other.username,
            email: self.email || other.email,
            phone: self.phone || other.phone,
            password: self.password || other.password,
        }
    }

    fn satisfies(self, item: MissingProfile) -> bool {
        match item {
            MissingProfile::Username => self.username,
            MissingProfile::Email => self.email,
            MissingProfile::Phone => self.phone,
            MissingProfile::EmailOrPhone => self.email || self.phone,
            MissingProfile::Password => self.password,
            MissingProfile::ExtraProfile => true,
        }
    }
}

/// What is still missing, in the order in which it is asked for.
#[must_use]
pub fn missing(sign_up: &SignUp, held: Held) -> Vec<MissingProfile> {
    let mut wanted: Vec<MissingProfile> = primary(&sign_up.identifiers).into_iter().collect();
    for secondary in sign_up.secondary_identifiers.iter().flatten() {
        wanted.push(match secondary.identifier {
            SecondaryIdentifier::Username => MissingProfile::Username,
            SecondaryIdentifier::Email => MissingProfile::Email,
            SecondaryIdentifier::Phone => MissingProfile::Phone,
            SecondaryIdentifier::EmailOrPhone => MissingProfile::EmailOrPhone,
        });
    }
    if sign_up.password {
        wanted.push(MissingProfile::Password);
    }
    let mut missing: Vec<MissingProfile> = Vec::new();
    for item in wanted {
        if !held.satisfies(item) && !missing.contains(&item) {
            missing.push(item);
        }
    }
    missing
}

/// A username is enough where it is among the identifiers; otherwise any one of the addresses is.
fn primary(identifiers: &[SignInIdentifier]) -> Option<MissingProfile> {
    let has = |identifier| identifiers.contains(&identifier);
    if has(SignInIdentifier::Username) {
        return Some(MissingProfile::Username);
    }
    match (has(SignInIdentifier::Email), has(SignInIdentifier::Phone)) {
        (true, true) => Some(MissingProfile::EmailOrPhone),
        (true, false) => Some(MissingProfile::Email),
        (false, true) => Some(MissingProfile::Phone),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portico_model::sign_in_experience::SecondarySignUpIdentifier;
    use proptest::prelude::*;

    fn sign_up(
        identifiers: &[SignInIdentifier],
        secondary: &[SecondaryIdentifier],
        password: bool,
    ) -> SignUp {
        let secondary = secondary
            .iter()
            .map(|identifier| SecondarySignUpIdentifier { identifier: *identifier, verify: None })
            .collect();
        SignUp {
            identifiers: identifiers.to_vec(),
            password,
            verify: false,
            secondary_identifiers: Some(secondary),
        }
    }

    #[test]
    fn the_default_sign_up_asks_for_a_username_and_a_password() {
        let settings = sign_up(&[SignInIdentifier::Username], &[], true);
        let nothing = Held::default();
        assert_eq!(missing(&settings, nothing), [MissingProfile::Username, MissingProfile::Password]);
        let named = Held { username: true, ..nothing };
        assert_eq!(missing(&settings, named), [MissingProfile::Password]);
        assert_eq!(missing(&settings, Held { password: true, ..named }), []);
    }

    #[test]
    fn e_mail_and_phone_together_mean_either() {
        let settings = sign_up(&[SignInIdentifier::Email, SignInIdentifier::Phone], &[], false);
        assert_eq!(missing(&settings, Held::default()), [MissingProfile::EmailOrPhone]);
        assert_eq!(missing(&settings, Held { phone: true, ..Held::default() }), []);
    }

    #[test]
    fn a_username_among_the_identifiers_is_enough() {
        let settings = sign_up(&[SignInIdentifier::Email, SignInIdentifier::Username], &[], false);
        assert_eq!(missing(&settings, Held::default()), [MissingProfile::Username]);
    }

    #[test]
    fn secondary_identifiers_follow_and_are_named_once() {
        let settings = sign_up(
            &[SignInIdentifier::Username],
            &[SecondaryIdentifier::EmailOrPhone, SecondaryIdentifier::Username],
            false,
        );
        assert_eq!(
            missing(&settings, Held::default()),
            [MissingProfile::Username, MissingProfile::EmailOrPhone]
        );
    }

    proptest! {
        #[test]
        fn holding_more_never_makes_more_missing(bits in 0u8..16, more in 0u8..16, password: bool) {
            let held = |bits: u8| Held {
                username: bits & 1 != 0,
                email: bits & 2 != 0,
                phone: bits & 4 != 0,
                password: bits & 8 != 0,
            };
            let settings = sign_up(
                &[SignInIdentifier::Username, SignInIdentifier::Email],
                &[SecondaryIdentifier::Phone, SecondaryIdentifier::EmailOrPhone],
                password,
            );
            let few = missing(&settings, held(bits));
            let less = missing(&settings, held(bits).or(held(more)));
            prop_assert!(less.iter().all(|item| few.contains(item)));
            prop_assert_eq!(missing(&settings, held(15)), Vec::<MissingProfile>::new());
        }
    }
}
