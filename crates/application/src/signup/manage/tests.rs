//! The operator's side, against mocked ports.

use mockall::{Sequence, predicate::eq};
use portico_domain::{
    id::{FormId, ProviderId},
    signup::{FormDefinition, ProviderDefinition, ProviderKind},
};

use super::*;
use crate::fixtures::*;

/// What is at rest: the form `reg` and the provider `email`, if anything.
fn house(forms: Vec<Form>, providers: Vec<Provider>) -> House {
    let mut house = House::default();
    house.tx.signup_forms.expect_list().with(eq(Stretch::ALL)).returning(move |_| Ok(forms.clone()));
    house.tx.signup_providers.expect_list().with(eq(Stretch::ALL)).returning(move |_| Ok(providers.clone()));
    house.code_sender.expect_is_configured().return_const(false);
    house
}

fn at_rest() -> House {
    house(vec![signup_form()], vec![signup_provider()])
}

fn document(forms: Vec<FormDefinition>, providers: Vec<ProviderDefinition>) -> SignupDocument {
    SignupDocument { forms, providers }
}

/// The document of what is at rest.
fn both() -> SignupDocument {
    document(vec![signup_form().definition], vec![signup_provider().definition])
}

/// The same with another place for the form and another group for the newcomers.
fn changed() -> SignupDocument {
    document(
        vec![FormDefinition { position: 9, ..signup_form().definition }],
        vec![ProviderDefinition { user_group: "members".to_owned(), ..signup_provider().definition }],
    )
}

/// It is written over, and only this key becomes another.
fn updated<D>(new: D, key: &str) -> Change<D> {
    Change::Update { new, keys: vec![key.to_owned()] }
}

async fn apply(house: &OpenHouse, document: SignupDocument) -> Result<Plan, ApplySignupDocumentError> {
    house.does.apply_signup_document.execute(document).await
}

#[tokio::test]
async fn what_is_new_is_created_forms_before_providers() {
    let mut house = house(vec![], vec![]);
    let mut order = Sequence::new();
    let form = house.tx.signup_forms.expect_add().with(eq(signup_form().definition), eq(now()));
    form.times(1).in_sequence(&mut order).returning(|_, _| Ok(FormId::from_number(1)));
    let provider = house.tx.signup_providers.expect_add().with(eq(signup_provider().definition), eq(now()));
    provider.times(1).in_sequence(&mut order).returning(|_, _| Ok(ProviderId::from_number(1)));
    let house = house.open();
    let plan = apply(&house, both()).await.unwrap();
    assert_eq!(plan.forms, [Change::Create(signup_form().definition)]);
    assert_eq!(plan.providers, [Change::Create(signup_provider().definition)]);
    assert_eq!(house.locks(), [Lock::SignupForms]);
    assert!(house.committed());
}

#[tokio::test]
async fn what_has_changed_is_written_over_and_the_rest_kept() {
    let mut house = at_rest();
    let form = house.tx.signup_forms.expect_write().with(eq(changed().forms[0].clone()), eq(now()));
    form.times(1).returning(|_, _| Ok(()));
    let provider =
        house.tx.signup_providers.expect_write().with(eq(changed().providers[0].clone()), eq(now()));
    provider.times(1).returning(|_, _| Ok(()));
    let plan = apply(&house.open(), changed()).await.unwrap();
    assert_eq!(plan.forms, [updated(changed().forms[0].clone(), "position")]);
    assert_eq!(plan.providers, [updated(changed().providers[0].clone(), "userGroupIdentifier")]);
}

#[tokio::test]
async fn applying_the_same_again_changes_nothing() {
    let house = at_rest().open();
    let plan = apply(&house, both()).await.unwrap();
    assert!(plan.is_empty());
    assert_eq!(plan.forms, [Change::Keep(identifier("reg"))]);
    assert_eq!(plan.providers, [Change::Keep(identifier("email"))]);
}

#[tokio::test]
async fn a_plan_tells_the_same_and_writes_nothing() {
    let house = at_rest().open();
    let plan = house.does.apply_signup_document.plan(changed()).await.unwrap();
    assert_eq!(plan.forms, [updated(changed().forms[0].clone(), "position")]);
    assert_eq!(plan.providers, [updated(changed().providers[0].clone(), "userGroupIdentifier")]);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_document_that_cannot_be_applied_changes_nothing() {
    let house = house(vec![], vec![]).open();
    let without_form = document(vec![], vec![signup_provider().definition]);
    let planned = house.does.apply_signup_document.plan(without_form.clone()).await;
    assert_refused!(planned, ApplySignupDocumentError::Plan(PlanFault::NoForm { .. }));
    assert!(house.wrote_nothing());
    let applied = apply(&house, without_form).await;
    assert_refused!(applied, ApplySignupDocumentError::Plan(PlanFault::NoForm { .. }));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_provider_that_needs_telephones_needs_a_way_to_them() {
    let by_phone = of_kind(ProviderKind::Phone, checking_codes(signup_provider())).definition;
    let phones = document(vec![signup_form().definition], vec![by_phone]);
    let without = house(vec![], vec![]).open();
    let refused = apply(&without, phones.clone()).await;
    assert_refused!(refused, ApplySignupDocumentError::Plan(PlanFault::NoCodeSender(_)));

    let mut with = House::default();
    with.tx.signup_forms.expect_list().returning(|_| Ok(vec![]));
    with.tx.signup_providers.expect_list().returning(|_| Ok(vec![]));
    with.code_sender.expect_is_configured().return_const(true);
    let with = with.open();
    assert!(with.does.apply_signup_document.plan(phones).await.is_ok());
}

/// The document of the provider `email`, of another type.
fn retyped() -> SignupDocument {
    document(vec![], vec![of_kind(ProviderKind::Password, signup_provider()).definition])
}

/// What is at rest, and whether somebody came through the provider each time it is asked.
fn at_rest_with_people(answers: &'static [bool]) -> House {
    let mut house = at_rest();
    let mut answers = answers.iter();
    let asked = house.tx.signups.expect_has_any().with(eq(signup_provider().id)).times(answers.len());
    asked.returning(move |_| Ok(*answers.next().unwrap()));
    house
}

#[tokio::test]
async fn a_provider_through_which_somebody_came_keeps_its_type() {
    let house = at_rest_with_people(&[true]).open();
    let planned = house.does.apply_signup_document.plan(retyped()).await;
    assert_refused!(planned, ApplySignupDocumentError::Plan(PlanFault::TypeInUse { .. }));
    let house = at_rest_with_people(&[true]).open();
    let applied = apply(&house, retyped()).await;
    assert_refused!(applied, ApplySignupDocumentError::Plan(PlanFault::TypeInUse { .. }));
    assert_eq!(house.locks(), [Lock::SignupForms]);
    assert!(!house.committed());
}

#[tokio::test]
async fn one_through_which_nobody_came_gets_another_type() {
    let mut house = at_rest_with_people(&[false, false]);
    house.tx.signup_providers.expect_write().times(1).returning(|_, _| Ok(()));
    let house = house.open();
    apply(&house, retyped()).await.unwrap();
    assert!(house.committed());
}

#[tokio::test]
async fn whoever_comes_while_the_type_is_being_changed_is_seen() {
    let mut house = at_rest_with_people(&[false, true]);
    house.tx.signup_providers.expect_write().times(1).returning(|_, _| Ok(()));
    let house = house.open();
    let applied = apply(&house, retyped()).await;
    assert_refused!(applied, ApplySignupDocumentError::Plan(PlanFault::TypeInUse { .. }));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_store_that_fails_halfway_keeps_nothing() {
    let mut house = house(vec![], vec![]);
    house.tx.signup_forms.expect_add().returning(|_, _| Ok(FormId::from_number(1)));
    house.tx.signup_providers.expect_add().returning(|_, _| Err(StoreError::Closed));
    let house = house.open();
    let failed = apply(&house, both()).await;
    assert_refused!(failed, ApplySignupDocumentError::Store(StoreError::Closed));
    assert!(!house.committed());
}

#[tokio::test]
async fn everything_at_rest_is_exported() {
    let house = house(vec![signup_form()], vec![shut(signup_provider())]).open();
    let exported = house.does.export_signup_document.execute().await.unwrap();
    assert_eq!(exported, (vec![signup_form()], vec![shut(signup_provider())]));
}

async fn remove_form(house: &OpenHouse) -> Result<(), RemoveSignupDefinitionError> {
    house.does.remove_signup_form.execute(identifier("reg")).await
}

#[tokio::test]
async fn a_form_that_no_provider_uses_is_removed() {
    let mut house = House::default();
    house.tx.signup_providers.expect_list_by_form().with(eq(identifier("reg"))).returning(|_| Ok(vec![]));
    house.tx.signup_forms.expect_remove().with(eq(identifier("reg"))).times(1).returning(|_| Ok(()));
    let house = house.open();
    remove_form(&house).await.unwrap();
    assert_eq!(house.locks(), [Lock::SignupForms]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_form_that_a_provider_uses_stays_even_if_the_provider_is_shut() {
    for provider in [signup_provider(), shut(signup_provider())] {
        let mut house = House::default();
        house.tx.signup_providers.expect_list_by_form().returning(move |_| Ok(vec![provider.clone()]));
        assert_refused!(remove_form(&house.open()).await, RemoveSignupDefinitionError::InUse);
    }
}

#[tokio::test]
async fn an_unknown_form_cannot_be_removed() {
    let mut house = House::default();
    house.tx.signup_providers.expect_list_by_form().returning(|_| Ok(vec![]));
    house.tx.signup_forms.expect_remove().returning(|_| Err(StoreError::Stale));
    assert_refused!(remove_form(&house.open()).await, RemoveSignupDefinitionError::Unknown);
}

/// A house with the provider `email`, through which somebody came or did not.
fn provider_house(has_any: bool) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.tx.signups.expect_has_any().with(eq(signup_provider().id)).returning(move |_| Ok(has_any));
    house
}

async fn remove_provider(house: &OpenHouse, name: &str) -> Result<(), RemoveSignupDefinitionError> {
    house.does.remove_signup_provider.execute(identifier(name)).await
}

#[tokio::test]
async fn a_provider_through_which_nobody_came_is_removed() {
    let mut house = provider_house(false);
    house.tx.signup_providers.expect_remove().with(eq(identifier("email"))).times(1).returning(|_| Ok(()));
    let house = house.open();
    remove_provider(&house, "email").await.unwrap();
    assert_eq!(house.locks(), [Lock::SignupForms]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_provider_through_which_somebody_came_stays() {
    let house = provider_house(true).open();
    assert_refused!(remove_provider(&house, "email").await, RemoveSignupDefinitionError::InUse);
}

#[tokio::test]
async fn an_unknown_provider_cannot_be_removed() {
    let house = provider_house(false).open();
    assert_refused!(remove_provider(&house, "other").await, RemoveSignupDefinitionError::Unknown);
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    let mut house = provider_house(false);
    house.tx.signup_providers.expect_remove().returning(|_| Err(StoreError::Closed));
    let failed = remove_provider(&house.open(), "email").await;
    assert_refused!(failed, RemoveSignupDefinitionError::Store(StoreError::Closed));
}
