//! The wording of letters as long as no admin has saved another. They are templates like any other.

use super::{Language, LetterKind, MailTemplate};

const JAPANESE_GREETING: &str = "\
{{if .User.Handle}}{{.User.Handle}} さん{{else if .User.Name}}{{.User.Name}} さん{{else}}こんにちは{{end}}
";

const ENGLISH_GREETING: &str = "\
Hello{{if .User.Handle}} {{.User.Handle}}{{else if .User.Name}} {{.User.Name}}{{end}},
";

pub(super) fn template(kind: LetterKind, language: Language) -> MailTemplate {
    let (greeting, (subject, body)) = match language {
        Language::Japanese => (JAPANESE_GREETING, japanese(kind)),
        Language::English => (ENGLISH_GREETING, english(kind)),
    };
    MailTemplate { subject: subject.to_owned(), body: format!("{greeting}{body}") }
}

const fn japanese(kind: LetterKind) -> (&'static str, &'static str) {
    match kind {
        LetterKind::EmailVerification => (
            "メールアドレスの確認をお願いします",
            "
会員ポータルへのご登録ありがとうございます。
このメールは、ご登録のメールアドレスを確認するために自動でお送りしています。

次のリンクを開くと、確認が完了します。

{{.VerificationLink}}

お心当たりのない場合は、何もせずにこのメールを削除してください。
",
        ),
        LetterKind::AfterRegistration => (
            "ご登録ありがとうございます",
            "
メールアドレスの確認が完了しました。ご登録ありがとうございます。

会費をお支払いいただくと、会員として登録されます。
お支払いの方法と期限は、役員からの案内をご確認ください。
ご不明な点は、お気軽に役員までお問い合わせください。
",
        ),
        LetterKind::PaymentReceipt => (
            "会費のお支払いを確認しました",
            "
会費のお支払いを確認しました。ありがとうございます。

これまでのお支払いは、会員ポータルのプロフィールのページでご覧いただけます。
",
        ),
        LetterKind::PaymentReminder => (
            "【重要】会費のお支払いのお願い",
            "
現在受付中の会費について、お支払いをまだ確認できていません。
お支払いの方法と期限は、役員からの案内をご確認ください。

期限までにお支払いがない場合は、会員としての登録が解除されますのでご注意ください。

このメールと行き違いですでにお支払いいただいている場合は、どうかご容赦ください。
ご不明な点や、お支払いが難しいご事情がありましたら、役員までご相談ください。
",
        ),
    }
}

const fn english(kind: LetterKind) -> (&'static str, &'static str) {
    match kind {
        LetterKind::EmailVerification => (
            "Please confirm your e-mail address",
            "
Thank you for signing up at the members' portal.
This message was sent automatically, to make sure that this address is yours.

Open this link to confirm it:

{{.VerificationLink}}

If you did not sign up, you can simply delete this message.
",
        ),
        LetterKind::AfterRegistration => (
            "Welcome, and thank you for signing up",
            "
Your e-mail address is confirmed. Thank you for signing up!

You become a member once your membership fee is paid.
The club's officers will tell you how and by when to pay it.
Please ask them if anything is unclear.
",
        ),
        LetterKind::PaymentReceipt => (
            "We have received your membership fee",
            "
We have received your membership fee. Thank you!

You can see your payments on your profile page in the members' portal.
",
        ),
        LetterKind::PaymentReminder => (
            "Reminder: your membership fee is due",
            "
We have not yet received your membership fee for the period that is being collected now.
The club's officers have told you how and by when to pay it.

If it is not paid by then, you will no longer be listed as a member.

If you have paid in the meantime, please ignore this message.
If something is unclear, or if paying is difficult for you, please talk to the officers.
",
        ),
    }
}
