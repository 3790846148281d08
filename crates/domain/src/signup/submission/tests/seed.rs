//! The sample bodies of the seed page.

use super::admitted;
use crate::signup::{
    AttributeKind,
    sample::{fault, field, form, listing},
};

const IMAGE: &str = "files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png";

/// The form that the samples fill in; `about` and `avatar` occur under two types.
fn takes(about: AttributeKind, avatar: AttributeKind, form_data: &str) {
    let form = form(vec![
        field("last_name", AttributeKind::String),
        field("birthday", AttributeKind::Date),
        field("about", about),
        field("avatar", avatar),
        field("picture", AttributeKind::File),
        listing("selector", AttributeKind::List, &["1", "2"]),
        field("entity-selector", AttributeKind::Entity),
    ]);
    for sent in [form_data, &format!("[{form_data}]"), &format!(r#"{{"tr_TR":[{form_data}]}}"#)] {
        let code = if sent.contains("tr_TR") { "tr_TR" } else { "en_US" };
        assert_eq!(admitted(&form, sent), Ok(format!(r#"{{"{code}":[{form_data}]}}"#)));
    }
    let mistyped = form_data.replacen(r#""type":""#, r#""type":"x"#, 1);
    let marker = form_data.split('"').nth(3).unwrap();
    assert_eq!(admitted(&form, &mistyped), fault(marker));
}

#[test]
fn texts_are_taken() {
    for name in ["Name", "Fyodor Ivanov"] {
        let item = format!(r#"{{"marker":"last_name","type":"string","value":"{name}"}}"#);
        takes(AttributeKind::Text, AttributeKind::Image, &item);
    }
}

#[test]
fn days_are_taken() {
    let value = r#"{"fullDate": "2024-05-07T21:02:00.000Z", "formattedValue": "08-05-2024 00:02", "formatString": "DD-MM-YYYY HH:mm"}"#;
    let item = format!(r#"{{"marker":"birthday","type":"date","value":{value}}}"#);
    takes(AttributeKind::Text, AttributeKind::Image, &item);
}

#[test]
fn texts_with_a_layout_are_taken() {
    let value = r#""htmlValue": "<p>Bu benim</p>", "plainValue": "", "params": {"isEditorDisabled": false, "isImageCompressed": true}}"#;
    let item = format!(r#"{{"marker":"about","type":"text","value":{{{value}}}"#);
    takes(AttributeKind::Text, AttributeKind::Image, &item);
    let item =
        format!(r#"{{"marker":"about","type":"textWithHeader","value":{{"header": "Başlık", {value}}}"#);
    takes(AttributeKind::TextWithHeader, AttributeKind::Image, &item);
}

#[test]
fn pictures_are_taken() {
    for (kind, name) in [(AttributeKind::Image, "image"), (AttributeKind::GroupOfImages, "groupOfImages")] {
        let value = format!(
            r#"[{{"filename": "{IMAGE}", "downloadLink": "http://my-site.zone/cloud-static/{IMAGE}", "size": 392585,
                 "previewLink": "", "params": {{"isImageCompressed": true}}}}]"#
        );
        let item = format!(r#"{{"marker":"avatar","type":"{name}","value":{value}}}"#);
        takes(AttributeKind::Text, kind, &item);
    }
}

#[test]
fn files_are_taken() {
    let value = format!(
        r#"[{{"filename": "{IMAGE}", "downloadLink": "http://my-site.zone/cloud-static/{IMAGE}", "size": 392585}}]"#
    );
    let item = format!(r#"{{"marker":"picture","type":"file","value":{value}}}"#);
    takes(AttributeKind::Text, AttributeKind::Image, &item);
}

#[test]
fn choices_are_taken() {
    let value = r#"[{"title": "kırmızı", "value": "1", "extended": {"value": "red", "type": "string"}}]"#;
    let item = format!(r#"{{"marker":"selector","type":"list","value":{value}}}"#);
    takes(AttributeKind::Text, AttributeKind::Image, &item);
}

#[test]
fn entities_are_taken() {
    let value = r#"[{"id": "1", "title": "kırmızı", "value": "1", "parentId": "null"}]"#;
    let item = format!(r#"{{"marker":"entity-selector","type":"entity","value":{value}}}"#);
    takes(AttributeKind::Text, AttributeKind::Image, &item);
}
