//! Members of the portal, as an operator appoints, imports and exports them.

use integration_tests::{process::ServerProcess, server::PASSWORD, settings};
use serde_json::json;

use crate::office::Office;

const HEAD: &str =
    "代,苗字,名前,セイ,メイ,性別,ハンネ,大学,学部,学科,学籍番号,accountID,メール,研究会,班,電話,ロール\n";
const MISCHA: &str = "55,みす,ちゃん,ミス,チャン,女,mischa,早稲田大学,基幹理工,情報,1W20-1,oauth2|discord|1,mischa@example.org,CG,xR SysAd,080-4111-1111,member\n";
const TARO: &str = "56,早稲田,太郎,ワセダ,タロウ,男,'=taro,早稲田大学,,,1W20-2,oauth2|discord|2,taro@example.org,,,,not_member\n";

#[tokio::test]
async fn an_operator_becomes_admin_and_manages_without_a_provider() {
    let office = Office::open().await;
    office.user("ann@example.org");
    let said = office.prints(&["member", "set-role", "ann@example.org", "admin"]);
    assert_eq!(said, "member 1 is admin now (was without a profile)\n");
    let server = ServerProcess::start(office.path(), &settings::on(office.database.url(), &[]));
    let body = json!({ "email": "ann@example.org", "password": PASSWORD });
    let signed_in = server.client.post("/auth/login", body).await.expect(200);
    let ann = server.client.bearing(signed_in["token"].as_str().expect("a token"));
    let users = ann.get("/api/private/management/users").await.expect(200);
    assert_eq!(users["users"][0]["role"], "admin", "{users}");
    // The command line is another process: what it changes counts at once.
    office.user("bob@example.org");
    assert!(office.prints(&["member", "set-role", "bob@example.org", "admin"]).contains("member 2 is admin"));
    assert!(office.prints(&["member", "set-role", "1", "retired"]).contains("(was admin)"));
    let refused = ann.get("/api/private/management/users").await;
    assert_eq!((refused.status, refused.json["message"].as_str()), (403, Some("permission denied")));
    server.terminate();
    office.database.drop().await;
}

#[tokio::test]
async fn the_last_admin_and_unknown_people_are_refused() {
    let office = Office::open().await;
    office.user("ann@example.org");
    let _ = office.prints(&["member", "set-role", "ann@example.org", "admin"]);
    for role in ["member", "retired", "not_member"] {
        let text = office.refuses(&["member", "set-role", "ann@example.org", role]);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("last admin"), "{text}");
    }
    assert!(office.prints(&["member", "set-role", "1", "admin"]).contains("is admin"));
    for nobody in ["bob@example.org", "2", "oauth2|discord|9", "019a0000-0000-7000-8000-000000000000", ""] {
        let text = office.refuses(&["member", "set-role", nobody, "admin"]);
        assert_eq!(text.lines().count(), 1, "{text}");
    }
    office.database.drop().await;
}

#[tokio::test]
async fn members_are_imported_all_or_none_and_exported_as_they_were() {
    let office = Office::open().await;
    let file = office.file("members.csv", &format!("{HEAD}{MISCHA}{TARO}"));
    let said = office.prints(&["member", "import", &file]);
    assert_eq!(said, "2 members can be imported; add --apply to do it\n");
    assert_eq!(office.prints(&["member", "export"]), HEAD, "a dry run changes nothing");
    assert_eq!(office.prints(&["member", "import", &file, "--apply"]), "imported 2 members\n");
    let exported = office.prints(&["member", "export"]);
    let mischa = MISCHA.replace("080-4111-1111", "08041111111");
    let taro = TARO.replace(",,,,not_member", ",プログラミング CG MIDI,,,not_member");
    assert_eq!(exported, format!("{HEAD}{mischa}{taro}"));

    let other = Office::open().await;
    let again = other.file("members.csv", &exported);
    assert_eq!(other.prints(&["member", "import", &again, "--apply"]), "imported 2 members\n");
    assert_eq!(other.prints(&["member", "export"]), exported);
    let said = office.prints(&["member", "set-role", "oauth2|discord|1", "admin"]);
    assert_eq!(said, "member 1 is admin now (was member)\n");

    // The profile that makes an operator the first admin is empty, and yet it goes with the others.
    office.user("ann@example.org");
    let _ = office.prints(&["member", "set-role", "ann@example.org", "retired"]);
    let third = Office::open().await;
    let with_empty = third.file("members.csv", &office.prints(&["member", "export"]));
    assert_eq!(third.prints(&["member", "import", &with_empty, "--apply"]), "imported 3 members\n");
    let exported = third.prints(&["member", "export"]);
    assert!(
        exported.contains(",,,,,,,,,,,,ann@example.org,プログラミング CG MIDI,,,retired\n"),
        "{exported}"
    );
    third.database.drop().await;
    office.database.drop().await;
    other.database.drop().await;
}

#[tokio::test]
async fn every_faulty_row_is_named_and_nothing_is_imported() {
    let office = Office::open().await;
    let file = office.file("members.csv", &format!("{HEAD}{MISCHA}"));
    let _ = office.prints(&["member", "import", &file, "--apply"]);
    let rows = [
        MISCHA.to_owned(),
        TARO.replace("男", "x").replace("56,", "40,"),
        TARO.replace("not_member", "chief"),
        TARO.replace("taro@example.org", "nobody").replace("|2", "|3").replace("1W20-2", "1W20-3"),
    ];
    let file = office.file("members.csv", &format!("{HEAD}{}1,2\n", rows.concat()));
    for arguments in [&["member", "import", file.as_str()][..], &["member", "import", &file, "--apply"]] {
        let text = office.refuses(arguments);
        for line in [
            "line 2: ",
            "line 3: ",
            "line 4: ",
            "line 5: ",
            "line 6: 2 cells instead of 17",
            "nothing was imported",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!(text.lines().filter(|told| told.starts_with("line 3: ")).count(), 2, "{text}");
    }
    assert_eq!(office.prints(&["member", "export"]).lines().count(), 2);
    office.database.drop().await;
}

#[tokio::test]
async fn a_file_that_is_no_table_of_members_is_refused_in_one_line() {
    let office = Office::open().await;
    for text in ["", "a,b\n1,2\n", &HEAD.replace("代,", "")] {
        let file = office.file("members.csv", text);
        let told = office.refuses(&["member", "import", &file]);
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let told = office.refuses(&["member", "import", "nowhere.csv"]);
    assert!(told.contains("nowhere.csv") && told.lines().count() == 1, "{told}");
    office.database.drop().await;
}
