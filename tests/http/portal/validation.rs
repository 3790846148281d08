//! What a profile may hold (portal contract section 4).

use integration_tests::{
    client::Answer,
    portal::{Browser, MANAGEMENT, Member, Portal, form, with},
};
use serde_json::{Value, json};

const SIGNUP: &str = "/api/public/oidc_account/signup";
const PROFILE: &str = "/api/private/profile";

const SQUAD: &str = "班の名前に使えない文字を含んでいます";
const SEX: &str = "性別の値が不正です";
const EMAIL: &str = "メールアドレスの形式が不正です";
const DISCORD: &str = "DiscordIDの形式が不正です";
const TWITTER: &str = "Twitterのスクリーンネームの形式が不正です";
const ROLE: &str = "存在しないロールが指定されています";
const ACCOUNT: &str = "アカウントのIDが設定されていません";
const GENERATION: &str = "不正な代が入力されています";

/// The three doors to a profile.
struct Doors {
    portal: Portal,
    admin: Member,
    member: Member,
    newcomer: Browser,
}

impl Doors {
    async fn open() -> Self {
        let portal = Portal::start().await;
        let admin = portal.admin().await;
        let member = portal.sign_up("ann").await;
        let newcomer = portal.arrive("bob").await;
        Self { portal, admin, member, newcomer }
    }

    async fn sign_up(&self, changes: &Value) -> Answer {
        self.newcomer.post(SIGNUP, with(form("bob"), changes.clone())).await
    }

    async fn update(&self, changes: &Value) -> Answer {
        let own = self.member.profile().await;
        self.member.browser.post(PROFILE, with(own, changes.clone())).await
    }

    async fn overwrite(&self, changes: &Value) -> Answer {
        let path = format!("{MANAGEMENT}/user?user_id={}", self.member.id);
        let user = self.admin.browser.get(&path).await.expect(200)["user"].clone();
        let body = json!({ "user": with(user, changes.clone()) });
        self.admin.browser.post(&format!("{MANAGEMENT}/user"), body).await
    }

    /// What somebody fills in is refused at every door, with these words.
    async fn assert_refused(&self, changes: &Value, message: &str) {
        let answers =
            [self.sign_up(changes).await, self.update(changes).await, self.overwrite(changes).await];
        for answer in answers {
            assert_eq!((changes, answer.problem(400)), (changes, message));
        }
    }

    /// The same where the words are the server's own.
    async fn assert_refused_somehow(&self, changes: &Value) {
        let answers =
            [self.sign_up(changes).await, self.update(changes).await, self.overwrite(changes).await];
        for answer in answers {
            assert_eq!(answer.status, 400, "{changes}: {}", answer.text);
            assert!(!answer.problem(400).is_empty());
        }
    }

    /// What somebody fills in is taken where he can change it again.
    async fn assert_taken(&self, changes: &Value) {
        for answer in [self.update(changes).await, self.overwrite(changes).await] {
            assert_eq!(answer.status, 200, "{changes}: {}", answer.text);
        }
    }

    async fn close(self) {
        assert_eq!(self.portal.server.tables().count("member_profiles", "1 = 1"), 2);
        self.sign_up(&json!({})).await.expect_ok(&[]);
        self.portal.stop().await;
    }
}

#[tokio::test]
async fn squads_and_workshops_are_single_lines() {
    let doors = Doors::open().await;
    for text in ["x\nR", "xR\n", "\r", "x\r\nR"] {
        doors.assert_refused(&json!({ "squads": ["SysAd", text] }), SQUAD).await;
        doors.assert_refused_somehow(&json!({ "workshops": [text, "CG"] })).await;
    }
    doors.assert_taken(&json!({ "squads": ["x R", "SysAd"], "workshops": ["新しい 研究会"] })).await;
    doors.close().await;
}

#[tokio::test]
async fn the_sex_is_one_of_three_words() {
    let doors = Doors::open().await;
    for sex in [json!(""), json!("Male"), json!("男"), json!("unknown"), json!("male ")] {
        doors.assert_refused(&json!({ "sex": sex }), SEX).await;
    }
    for sex in ["male", "female", "other"] {
        doors.assert_taken(&json!({ "sex": sex })).await;
    }
    doors.close().await;
}

#[tokio::test]
async fn a_discord_name_has_the_old_form_or_todays() {
    let doors = Doors::open().await;
    for name in ["a", "Mischa", "mischa!", "みす", "x#123", "x#abcd", &"a".repeat(33), "a b"] {
        doors.assert_refused(&json!({ "discord_id": name }), DISCORD).await;
    }
    for name in ["", "Mischa#1234", "#0000", "みす ちゃん#9999", "mischa", "mis.cha_0", &"a".repeat(32)]
    {
        doors.assert_taken(&json!({ "discord_id": name })).await;
    }
    doors.close().await;
}

#[tokio::test]
async fn a_twitter_name_has_a_letter_a_digit_or_an_underscore() {
    let doors = Doors::open().await;
    for name in ["!!!", "@", "みす", " "] {
        doors.assert_refused(&json!({ "twitter_screen_name": name }), TWITTER).await;
    }
    for name in ["", "_", "mischa_1", "@mischa"] {
        doors.assert_taken(&json!({ "twitter_screen_name": name })).await;
    }
    doors.close().await;
}

#[tokio::test]
async fn a_generation_is_from_49_to_100() {
    let doors = Doors::open().await;
    for generation in [0, 48, 101, -61, 2_147_483_648_i64] {
        let changes = json!({ "generation": generation });
        doors.sign_up(&changes).await.expect_problem(400, GENERATION);
        doors.overwrite(&changes).await.expect_problem(400, GENERATION);
    }
    for generation in [49, 100] {
        doors.overwrite(&json!({ "generation": generation })).await.expect_ok(&[]);
    }
    doors.close().await;
}

#[tokio::test]
async fn an_admin_writes_an_address_a_role_and_an_account() {
    let doors = Doors::open().await;
    for email in [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@localhost",
        "a b@example.org",
        "ann@example..org",
        "a..b@c.org",
        ".ann@example.org",
        "ann@example.org ",
        "ann@ex_ample!.org",
        "みす@example.org",
    ] {
        doors.overwrite(&json!({ "email": email })).await.expect_problem(400, EMAIL);
    }
    for role in ["", "Admin", "owner", "not-member"] {
        doors.overwrite(&json!({ "role": role })).await.expect_problem(400, ROLE);
    }
    doors.overwrite(&json!({ "account_id": "" })).await.expect_problem(400, ACCOUNT);
    for email in ["a.b-c+d@e-f.example.co.jp", "ann@example.org"] {
        doors.overwrite(&json!({ "email": email })).await.expect_ok(&[]);
    }
    doors.close().await;
}

#[tokio::test]
async fn of_several_faults_the_first_in_the_order_of_the_table_is_told() {
    let doors = Doors::open().await;
    let faults = [
        ("squads", json!(["a\nb"]), json!([]), SQUAD),
        ("sex", json!("?"), json!("male"), SEX),
        ("email", json!("?"), json!("ann@example.org"), EMAIL),
        ("discord_id", json!("?"), json!(""), DISCORD),
        ("twitter_screen_name", json!("?"), json!(""), TWITTER),
        ("role", json!("?"), json!("member"), ROLE),
        ("account_id", json!(""), json!("oauth2|discord|ann"), ACCOUNT),
        ("generation", json!(1), json!(61), GENERATION),
    ];
    let mut changes = json!({});
    for (key, wrong, ..) in &faults {
        changes[key] = wrong.clone();
    }
    for (key, _, right, message) in &faults {
        doors.overwrite(&changes).await.expect_problem(400, message);
        if !matches!(*key, "email" | "role" | "account_id") {
            doors.sign_up(&changes).await.expect_problem(400, message);
        }
        if !matches!(*key, "email" | "role" | "account_id" | "generation") {
            doors.update(&changes).await.expect_problem(400, message);
        }
        changes[key] = right.clone();
    }
    doors.overwrite(&changes).await.expect_ok(&[]);
    doors.close().await;
}

#[tokio::test]
async fn texts_may_be_as_long_as_the_table_says_and_no_longer() {
    let doors = Doors::open().await;
    let text = |length: usize| "あ".repeat(length);
    for (key, cap) in
        [("name", 128), ("kana", 128), ("handle", 128), ("student_id", 128), ("emergency_phone_number", 128)]
    {
        doors.assert_taken(&json!({ key: text(cap) })).await;
        doors.assert_refused_somehow(&json!({ key: text(cap + 1) })).await;
    }
    doors.assert_taken(&json!({ "other_circles": text(512) })).await;
    doors.assert_refused_somehow(&json!({ "other_circles": text(513) })).await;
    for (key, cap) in [("discord_id", 128), ("twitter_screen_name", 128)] {
        let name = |length: usize| format!("{}#1234", "a".repeat(length - 5));
        doors.assert_taken(&json!({ key: name(cap) })).await;
        doors.assert_refused_somehow(&json!({ key: name(cap + 1) })).await;
    }
    for key in ["name", "department", "subject"] {
        let university = |length: usize| {
            let university = json!({ "name": "", "department": "", "subject": "" });
            json!({ "university": with(university, json!({ key: text(length) })) })
        };
        doors.assert_taken(&university(256)).await;
        doors.assert_refused_somehow(&university(257)).await;
    }
    // Lists count as they would be joined by line ends.
    for (key, cap) in [("workshops", 128), ("squads", 512)] {
        doors.assert_taken(&json!({ key: [text(10), text(cap - 11)] })).await;
        doors.assert_refused_somehow(&json!({ key: [text(10), text(cap - 10)] })).await;
    }
    doors.close().await;
}

#[tokio::test]
async fn what_only_an_admin_writes_has_its_caps_too() {
    let doors = Doors::open().await;
    let avatar = |url: usize, thumbnail: usize| {
        let address = |length: usize| format!("https://a.example/{}", "a".repeat(length - 18));
        json!({ "avatar": { "url": address(url), "thumbnail_url": address(thumbnail) } })
    };
    let account = |length: usize| json!({ "account_id": "a".repeat(length) });
    let email = |length: usize| {
        let labels = format!("{}.", "b".repeat(60)).repeat(2);
        let domain = format!("{labels}{}.org", "c".repeat(length - 64 - 1 - labels.len() - 4));
        json!({ "email": format!("{}@{domain}", "a".repeat(64)) })
    };
    for changes in [avatar(256, 256), account(128), email(250)] {
        doors.overwrite(&changes).await.expect_ok(&[]);
    }
    for changes in [avatar(257, 256), avatar(256, 257), account(129), email(257)] {
        let answer = doors.overwrite(&changes).await;
        assert_eq!(answer.status, 400, "{changes}: {}", answer.text);
    }
    doors.close().await;
}

#[tokio::test]
async fn a_character_that_no_text_may_hold_is_refused() {
    let doors = Doors::open().await;
    for key in ["name", "handle", "other_circles", "student_id"] {
        doors.assert_refused_somehow(&json!({ key: "a\u{0}b" })).await;
    }
    doors.close().await;
}
