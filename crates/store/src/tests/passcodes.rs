//! Codes: how often they may be tried, and that they work once.

use portico_model::{
    connector::TemplateType,
    verification_code::{CodeChannel, CodeRecipient, Passcode},
};

use super::{commit, home, other};
use crate::{Db, both_databases, passcodes};

fn passcode(id: &str, created_at: i64) -> Passcode {
    Passcode {
        tenant_id: "default".to_owned(),
        id: id.to_owned(),
        interaction_jti: Some(format!("proof of {id}")),
        phone: None,
        email: Some("ada@example.com".to_owned()),
        template_type: TemplateType::SignIn,
        code: "012345".to_owned(),
        consumed: false,
        try_count: 0,
        created_at,
    }
}

async fn insert(db: &Db, passcode: Passcode, forget_before_ms: i64) {
    commit(db, move |tx| {
        Box::pin(async move { passcodes::insert(tx, &home(), &passcode, forget_before_ms).await })
    })
    .await;
}

both_databases! {
    async fn a_code_is_found_by_its_proof_and_purpose(db: &TestDb) {
        insert(db, passcode("a", 1), 0).await;
        let find = async |tenant, jti: &str, kind| {
            passcodes::find_of_proof(&**db, &tenant, jti, kind).await.unwrap()
        };
        assert_eq!(find(home(), "proof of a", TemplateType::SignIn).await, Some(passcode("a", 1)));
        assert_eq!(find(home(), "proof of a", TemplateType::Register).await, None);
        assert_eq!(find(home(), "proof of b", TemplateType::SignIn).await, None);
        assert_eq!(find(other(), "proof of a", TemplateType::SignIn).await, None);
    }

    async fn tries_that_arrive_at_once_are_all_counted(db: &TestDb) {
        insert(db, passcode("a", 1), 0).await;
        let tenant = home();
        let tries = (0..8).map(|_| passcodes::take_try(&**db, &tenant, "a", 3));
        let granted = futures_util::future::join_all(tries).await;
        assert_eq!(granted.into_iter().filter(|granted| *granted.as_ref().unwrap()).count(), 3);
        assert!(!passcodes::take_try(&**db, &other(), "a", 100).await.unwrap());
    }

    async fn a_code_works_once(db: &TestDb) {
        insert(db, passcode("a", 1), 0).await;
        assert!(!passcodes::consume(&**db, &other(), "a").await.unwrap());
        assert!(passcodes::consume(&**db, &home(), "a").await.unwrap());
        assert!(!passcodes::consume(&**db, &home(), "a").await.unwrap());
        assert!(!passcodes::take_try(&**db, &home(), "a", 100).await.unwrap());
        let found = passcodes::find_of_proof(&**db, &home(), "proof of a", TemplateType::SignIn).await;
        assert_eq!(found.unwrap(), None);
    }

    async fn a_new_code_lets_the_old_ones_of_the_recipient_be_forgotten(db: &TestDb) {
        insert(db, passcode("old", 10), 0).await;
        insert(db, passcode("recent", 20), 0).await;
        insert(db, passcode("new", 30), 20).await;
        let mut found = Vec::new();
        for id in ["old", "recent", "new"] {
            let jti = format!("proof of {id}");
            let code = passcodes::find_of_proof(&**db, &home(), &jti, TemplateType::SignIn).await.unwrap();
            found.push(code.is_some());
        }
        assert_eq!(found, [false, true, true]);
    }

    async fn a_code_without_a_proof_is_the_recipients_only_one(db: &TestDb) {
        let of_nothing = |id, created_at| Passcode { interaction_jti: None, ..passcode(id, created_at) };
        insert(db, passcode("proof", 1), 0).await;
        insert(db, of_nothing("first", 2), 0).await;
        insert(db, of_nothing("second", 3), 0).await;
        let recipient = |value: &str| CodeRecipient { channel: CodeChannel::Email, value: value.to_owned() };
        let find = async |tenant, value: &str, kind| {
            let found = passcodes::find_of_recipient(&**db, &tenant, &recipient(value), kind).await.unwrap();
            found.map(|code| code.id)
        };
        let kind = TemplateType::SignIn;
        assert_eq!(find(home(), "ada@example.com", kind).await.as_deref(), Some("second"));
        assert_eq!(find(home(), "ada@example.com", TemplateType::Generic).await, None);
        assert_eq!(find(home(), "eve@example.com", kind).await, None);
        assert_eq!(find(other(), "ada@example.com", kind).await, None);
        assert!(passcodes::consume(&**db, &home(), "second").await.unwrap());
        assert_eq!(find(home(), "ada@example.com", kind).await, None);
        let of_proof = passcodes::find_of_proof(&**db, &home(), "proof of proof", kind).await.unwrap();
        assert_eq!(of_proof.map(|code| code.id).as_deref(), Some("proof"));
    }
}
