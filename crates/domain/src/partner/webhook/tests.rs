//! Webhooks and what is told there.

use super::*;

#[test]
fn events_and_states_are_known_by_their_names() {
    for event in PartnerEvent::ALL {
        assert_eq!(PartnerEvent::of_name(event.name()), Some(event));
        assert_eq!(serde_json::to_value(event).unwrap(), event.name());
    }
    for state in [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed] {
        assert_eq!(DeliveryState::of_name(state.name()), Some(state));
    }
    assert_eq!((PartnerEvent::of_name("x"), DeliveryState::of_name("")), (None, None));
}

#[test]
fn news_are_told_by_ids() {
    let (at, id) = (DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(), Uuid::from_u128(1));
    let (user, result) =
        (UserId::from_uuid(Uuid::from_u128(2)), CheckResultId::from_uuid(Uuid::from_u128(3)));
    let created = PartnerNews::UserCreated { user };
    let expected = r#"{"id":"00000000-0000-0000-0000-000000000001","type":"user.created","created_at":"2023-11-14T22:13:20.123Z","data":{"user":"00000000-0000-0000-0000-000000000002"}}"#;
    assert_eq!(created.body(id, at), expected);
    let dictation = DictationId::parse("autumn").unwrap();
    let saved = PartnerNews::CheckResultSaved { result, user, dictation };
    let body: serde_json::Value = serde_json::from_str(&saved.body(id, at)).unwrap();
    assert_eq!(body["type"], "check_result.saved");
    let data = json!({
        "result": "00000000-0000-0000-0000-000000000003",
        "user": "00000000-0000-0000-0000-000000000002",
        "dict": "autumn",
    });
    assert_eq!(body["data"], data);
}
