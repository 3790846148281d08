//! Documents, and what applying them does.

use proptest::prelude::*;

use super::*;
use crate::{
    id::{FormId, ProviderId},
    signup::{
        Locale,
        definition::arbitrary::{any_json, form, provider},
    },
};

fn document(given: &Value) -> SignupDocument {
    SignupDocument::parse(given).unwrap_or_else(|fault| panic!("{fault}\n{given}"))
}

fn fault(given: &Value) -> String {
    SignupDocument::parse(given).expect_err(&given.to_string()).to_string()
}

/// A form that people can sign in by, with fields of these names besides.
fn reg(identifier: &str, more: &[&str]) -> Value {
    let field = |marker: &str| json!({"marker": marker, "type": "string"});
    let fields: Value = ["login", "password"].iter().chain(more).map(|marker| field(marker)).collect();
    json!({"identifier": identifier, "attributes": fields})
}

fn door(identifier: &str, form: &str) -> Value {
    json!({"identifier": identifier, "formIdentifier": form})
}

/// What is at rest once a document was applied to nothing.
fn applied(document: &SignupDocument) -> (Vec<Form>, Vec<Provider>) {
    let form = |(id, definition): (i64, &FormDefinition)| Form {
        id: FormId::from_number(id),
        version: 1,
        definition: definition.clone(),
    };
    let provider = |(id, definition): (i64, &ProviderDefinition)| Provider {
        id: ProviderId::from_number(id),
        version: 1,
        definition: definition.clone(),
    };
    let forms = (1..).zip(&document.forms).map(form).collect();
    (forms, (1..).zip(&document.providers).map(provider).collect())
}

/// The plan of a document where another was applied before, as a text.
fn planned(given: &Value, before: &Value) -> Result<String, String> {
    let (forms, providers) = applied(&document(before));
    let plan = Plan::of(document(given), &forms, &providers, &[], false);
    plan.map(|plan| plan.to_string()).map_err(|fault| fault.to_string())
}

#[test]
fn a_document_has_forms_and_providers_each_named_once() {
    assert_eq!(document(&json!({})), SignupDocument::default());
    assert_eq!(document(&json!({"forms": null, "providers": []})), SignupDocument::default());
    let full =
        json!({"forms": [reg("a", &[]), reg("b", &[])], "providers": [door("a", "a"), door("b", "a")]});
    assert_eq!((document(&full).forms.len(), document(&full).providers.len()), (2, 2));
    for (given, expected) in [
        (json!([]), "must be an object"),
        (json!({"form": []}), "form: is unknown"),
        (json!({"forms": {}}), "forms: must be an array"),
        (json!({"forms": [[]]}), "forms[0]: must be an object"),
        (json!({"providers": [door("a", "a"), {}]}), "providers[1].identifier: is missing"),
        (json!({"forms": [reg("a", &[]), reg("a", &["b"])]}), "forms[1].identifier: is there twice"),
        (json!({"providers": [door("a", "a"), door("a", "b")]}), "providers[1].identifier: is there twice"),
        (json!({"providers": vec![Value::Null; 1001]}), "providers: must have at most 1000 elements"),
        (
            json!({"forms": [reg("a", &[]), reg("b", &[]), {"identifier": "c", "attributes": [
                {"marker": "a", "type": "string", "validators": {"regExpValidator": {"patternValue": "(?=a)"}}},
            ]}]}),
            "forms[2].attributes[0].validators.regExpValidator.patternValue: \
             must not look ahead or behind, which cannot be done in linear time",
        ),
        (
            json!({"providers": [{"identifier": "a", "formIdentifier": "a", "config": {"sendCodeEvents": [1]}}]}),
            "providers[0].config.sendCodeEvents[0]: must be a text",
        ),
    ] {
        assert_eq!(fault(&given), expected, "{given}");
    }
}

#[test]
fn a_plan_says_what_is_created_updated_and_kept() {
    let before =
        json!({"forms": [reg("a", &[]), reg("b", &[])], "providers": [door("one", "a"), door("two", "b")]});
    let given = json!({
        "forms": [reg("c", &[]), reg("b", &["name"]), reg("a", &[])],
        "providers": [door("two", "c"), door("three", "b"), door("one", "a")],
    });
    let expected = "create form c\nupdate form b: attributes\nkeep form a\nupdate provider two: formIdentifier\n\
                    create provider three\nkeep provider one";
    assert_eq!(planned(&given, &before).as_deref(), Ok(expected));
    assert_eq!(planned(&json!({}), &before).as_deref(), Ok(""));

    let (forms, providers) = applied(&document(&before));
    let plan = Plan::of(document(&given), &forms, &providers, &[], false).unwrap();
    assert!(!plan.is_empty());
    assert!(matches!(&plan.forms[1], Change::Update { new, .. } if new.field("name").is_some()));
    let keeps = Plan::of(document(&before), &forms, &providers, &[], false).unwrap();
    assert!(keeps.is_empty());
}

#[test]
fn an_update_names_the_keys_that_become_others_those_left_out_too() {
    let full = json!({
        "identifier": "club", "formIdentifier": "reg", "isActive": false, "isCheckCode": true,
        "localizeInfos": {"en_US": {"title": "Club"}, "de_DE": {"title": "Klub"}},
        "config": {"systemCodeLength": 8},
    });
    let before = json!({"forms": [reg("reg", &[])], "providers": [full]});
    let updated = |given: Value| planned(&json!({"providers": [given]}), &before).unwrap();
    assert_eq!(
        updated(door("club", "reg")),
        "update provider club: isActive, isCheckCode, localizeInfos, config"
    );
    assert_eq!(updated(full.clone()), "keep provider club");
    let with = |key: &str, value: Value| {
        let mut given = full.clone();
        given[key] = value;
        updated(given)
    };
    assert_eq!(with("userGroupIdentifier", json!("members")), "update provider club: userGroupIdentifier");
    let turned = json!({"de_DE": {"title": "Klub"}, "en_US": {"title": "Club"}});
    assert_eq!(with("localizeInfos", turned), "update provider club: localizeInfos");
    let form = json!({"identifier": "reg", "type": "sign_in_up", "position": 3, "attributes": reg("reg", &[])["attributes"]});
    assert_eq!(planned(&json!({"forms": [form]}), &before).unwrap(), "update form reg: type, position");
}

#[test]
fn an_answer_about_a_form_changes_nothing_when_applied_where_it_came_from() {
    let before = json!({"forms": [reg("other", &[]), reg("reg", &["name"])]});
    let (forms, providers) = applied(&document(&before));
    let mut shown = forms[1].shown(&Locale::default());
    assert_eq!((&shown["id"], &shown["attributeSetId"]), (&json!(2), &json!(2)));
    let planned = |given: &Value, forms: &[Form]| {
        let plan = Plan::of(document(&json!({"forms": [given]})), forms, &providers, &[], false);
        plan.unwrap().to_string()
    };
    assert_eq!(planned(&shown, &forms), "keep form reg");
    // With its id, the default is known to be one, and is one elsewhere too.
    assert_eq!(document(&json!({"forms": [shown]})).forms[0].attribute_set_id, None);
    for key in ["id", "version", "total"] {
        shown.as_object_mut().unwrap().remove(key);
    }
    assert_eq!(planned(&shown, &forms), "keep form reg");
    shown["attributeSetId"] = json!(7);
    assert_eq!(planned(&shown, &forms), "update form reg: attributeSetId");
    let mut pinned = forms.clone();
    pinned[1].definition.attribute_set_id = Some(2);
    shown["attributeSetId"] = json!(2);
    assert_eq!(planned(&shown, &pinned), "keep form reg");
}

#[test]
fn a_provider_needs_a_form_of_the_document_or_at_rest() {
    let nothing = json!({});
    let given = json!({"providers": [door("email", "reg")]});
    assert_eq!(planned(&given, &nothing), Err("provider email: there is no form reg".to_owned()));
    assert!(planned(&given, &json!({"forms": [reg("reg", &[])]})).is_ok());
    assert!(
        planned(&json!({"forms": [reg("reg", &[])], "providers": [door("email", "reg")]}), &nothing).is_ok()
    );
    let before = json!({"forms": [reg("reg", &[])], "providers": [door("email", "reg")]});
    let moved = json!({"providers": [door("email", "gone")]});
    assert_eq!(planned(&moved, &before), Err("provider email: there is no form gone".to_owned()));
}

#[test]
fn a_form_in_use_cannot_lose_its_login_field() {
    let before = json!({"forms": [reg("reg", &[])], "providers": [door("email", "reg")]});
    let without = json!({"identifier": "reg", "attributes": [{"marker": "password", "type": "string"}]});
    let expected = Err("provider email: form reg has no login field (isLogin)".to_owned());
    assert_eq!(planned(&json!({"forms": [without]}), &before), expected);
    assert_eq!(planned(&json!({"forms": [without], "providers": [door("email", "reg")]}), &before), expected);
    let moved = json!({"forms": [without, reg("new", &[])], "providers": [door("email", "new")]});
    assert!(planned(&moved, &before).is_ok(), "nobody uses it any more");
    let unused = json!({"forms": [reg("reg", &[])]});
    assert!(planned(&json!({"forms": [without]}), &unused).is_ok(), "nobody ever did");
}

#[test]
fn a_form_that_stays_as_it_is_does_no_harm_to_providers_that_the_document_does_not_name() {
    let data = json!({"identifier": "reg", "type": "data"});
    let (forms, providers) =
        applied(&document(&json!({"forms": [data], "providers": [door("email", "reg")]})));
    let plan = Plan::of(document(&json!({"forms": [data]})), &forms, &providers, &[], false);
    assert!(plan.is_ok_and(|plan| plan.is_empty()));
    let named =
        Plan::of(document(&json!({"providers": [door("email", "reg")]})), &forms, &providers, &[], false);
    assert!(matches!(named, Err(PlanFault::UnfitForm { .. })), "{named:?}");
}

#[test]
fn telephones_must_be_reached() {
    let phone = json!({"identifier": "sms", "type": "phone", "formIdentifier": "reg"});
    let given = json!({"forms": [reg("reg", &[])], "providers": [phone]});
    let expected = "provider sms: codes for phones need PORTICO_CODE_WEBHOOK_URL";
    assert_eq!(planned(&given, &json!({})), Err(expected.to_owned()));
    let plan = Plan::of(document(&given), &[], &[], &[], true).unwrap();
    assert_eq!(plan.to_string(), "create form reg\ncreate provider sms");
    let (forms, providers) = applied(&document(&given));
    let changed = document(&json!({"forms": [reg("reg", &["name"])]}));
    assert!(Plan::of(changed, &forms, &providers, &[], false).is_ok(), "the document does not name it");
}

#[test]
fn the_type_of_a_provider_in_use_stays() {
    let of_type = |name: &str, kind: &str| json!({"identifier": name, "formIdentifier": "reg", "type": kind});
    let before = document(
        &json!({"forms": [reg("reg", &[])], "providers": [of_type("club", "email"), of_type("new", "email")]}),
    );
    let (forms, providers) = applied(&before);
    let in_use = [Identifier::parse("club").unwrap()];
    let planned = |given: &SignupDocument| Plan::of(given.clone(), &forms, &providers, &in_use, true);
    let names = |retyped: Vec<&Provider>| {
        retyped.into_iter().map(|provider| provider.definition.identifier.to_string()).collect::<Vec<_>>()
    };

    let retyped = document(&json!({"providers": [of_type("new", "phone"), of_type("club", "password")]}));
    assert_eq!(names(retyped.retyped(&providers)), ["club", "new"]);
    let expected =
        "provider club: its type cannot change from email to password, since people came through it";
    assert_eq!(planned(&retyped).unwrap_err().to_string(), expected);

    let unused = document(&json!({"providers": [of_type("new", "phone"), of_type("club", "email")]}));
    assert_eq!(names(unused.retyped(&providers)), ["new"]);
    assert!(planned(&unused).is_ok(), "nobody came through the one that changes");
    let other = document(&json!({"providers": [of_type("other", "phone")]}));
    assert_eq!(names(other.retyped(&providers)), [""; 0]);
    assert!(planned(&other).is_ok());
}

proptest! {
    #[test]
    fn what_is_exported_changes_nothing_when_applied(
        forms in prop::collection::vec(form(), 0..4),
        providers in prop::collection::vec(provider(&["reg", "other"]), 0..4),
    ) {
        let forms = forms.into_iter().chain([reg("reg", &[]), reg("other", &["name"])]);
        let unique = |all: Vec<Value>| {
            let mut names = HashSet::new();
            all.into_iter().filter(|one| names.insert(one["identifier"].to_string())).collect::<Vec<_>>()
        };
        let mut forms = unique(forms.collect());
        forms.retain(|form| form["identifier"] != "reg" || form == &reg("reg", &[]));
        let given = document(&json!({"forms": forms, "providers": unique(providers)}));
        let exported: Value = serde_json::from_str(&given.to_json().to_string()).unwrap();
        let (forms, providers) = applied(&given);
        let again = document(&exported);
        prop_assert_eq!(&again, &given);
        let first = Plan::of(given, &[], &[], &[], true).unwrap();
        prop_assert_eq!(first.is_empty(), forms.is_empty() && providers.is_empty());
        let plan = Plan::of(again, &forms, &providers, &[], true).unwrap();
        prop_assert!(plan.is_empty(), "{}", plan);
        prop_assert!(plan.to_string().lines().all(|line| line.starts_with("keep ")));
    }

    #[test]
    fn no_json_makes_reading_panic(
        key in prop::sample::select(&["forms", "providers"][..]),
        one in any_json(),
        whole in any_json(),
    ) {
        for given in [json!({key: [one]}), json!({key: one}), whole] {
            if let Ok(read) = SignupDocument::parse(&given) {
                prop_assert_eq!(document(&read.to_json()), read);
            }
        }
    }
}
