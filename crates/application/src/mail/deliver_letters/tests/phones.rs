//! Codes that go to telephones.

use portico_domain::letter::PhoneCode;

use super::*;

fn phone_code() -> PhoneCode {
    PhoneCode {
        provider: "phone".to_owned(),
        event: "auth".to_owned(),
        login: "ann".to_owned(),
        phone_sms: Some("+19991234567".to_owned()),
        phone_push: Vec::new(),
        fcm_tokens: Vec::new(),
        locale: "en_US".to_owned(),
        valid_seconds: 120,
    }
}

/// The code with this number, on its way to a telephone.
fn owed(number: i64) -> OwedLetter {
    let (to, letter) = (Recipient::Phone("+19991234567".to_owned()), Letter::PhoneCode(phone_code()));
    OwedLetter { to, letter, ..super::letter(number) }
}

/// A gateway that answers once, like this.
fn gateway(answer: Result<(), MailerError>) -> MockCodeSender {
    let mut sender = MockCodeSender::new();
    sender.expect_send().times(1).return_once(move |_| answer);
    sender
}

/// Delivers with a mail server that nothing may reach.
async fn deliver_to(tx: MockTransaction, sender: MockCodeSender) -> DeliveryReport {
    let delivery = delivery(tx, Arc::new(MockMailer::new()), Arc::default());
    DeliverLetters { code_sender: Arc::new(sender), ..delivery }.execute().await.unwrap()
}

#[tokio::test]
async fn a_code_for_a_telephone_is_handed_over_once_with_its_secret() {
    let mut tx = outbox(vec![owed(1)]);
    let noted = delivers(&mut tx);
    let mut sender = MockCodeSender::new();
    let sent = sender.expect_send().withf(|sent| {
        (sent.id, &sent.code, sent.written_at) == (owed(1).id, &phone_code(), owed(1).created_at)
            && sent.secret.reveal() == "secret"
    });
    sent.times(1).returning(|_| Ok(()));
    assert_eq!(deliver_to(tx, sender).await, DELIVERED);
    assert_eq!(noted.only(), owed(1).id);
}

#[tokio::test]
async fn a_code_that_the_gateway_cannot_take_now_is_tried_again() {
    let mut tx = outbox(vec![owed(1)]);
    let postponed = tx.outbox.expect_postpone();
    postponed
        .with(eq(owed(1).id), eq(holder()), eq(now() + seconds(1)), eq("try later"))
        .times(1)
        .returning(|_, _, _, _| Ok(()));
    assert_eq!(deliver_to(tx, gateway(temporary())).await, POSTPONED);
}

#[tokio::test]
async fn a_code_that_the_gateway_refuses_is_given_up_at_once() {
    let mut tx = outbox(vec![owed(1)]);
    abandons(&mut tx, "no such number");
    let refused = Err(MailerError::Permanent("no such number".to_owned()));
    assert_eq!(deliver_to(tx, gateway(refused)).await, ABANDONED);
}

#[tokio::test]
async fn a_code_that_is_gone_is_given_up_without_a_call() {
    let mut tx = outbox(vec![OwedLetter { secret: None, ..owed(1) }]);
    abandons(&mut tx, "the code is gone");
    assert_eq!(deliver_to(tx, MockCodeSender::new()).await, ABANDONED);
}

#[tokio::test]
async fn a_code_whose_time_is_over_is_given_up_without_a_call() {
    let valid = seconds(phone_code().valid_seconds);
    let mut tx = outbox(vec![OwedLetter { created_at: now() - valid, ..owed(1) }]);
    abandons(&mut tx, "the code's time is over");
    assert_eq!(deliver_to(tx, MockCodeSender::new()).await, ABANDONED);

    let mut tx = outbox(vec![OwedLetter { created_at: now() - valid + seconds(1), ..owed(1) }]);
    let noted = delivers(&mut tx);
    assert_eq!(deliver_to(tx, gateway(Ok(()))).await, DELIVERED);
    assert_eq!(noted.only(), owed(1).id);
}

#[tokio::test]
async fn a_letter_that_is_no_code_does_not_go_to_a_telephone() {
    let mut tx = outbox(vec![OwedLetter { to: owed(1).to, ..super::letter(1) }]);
    abandons(&mut tx, "a password_reset goes to a mailbox alone");
    assert_eq!(deliver_to(tx, MockCodeSender::new()).await, ABANDONED);
}

#[tokio::test]
async fn letters_and_codes_go_their_own_ways_side_by_side() {
    let mut tx = outbox(vec![owed(1), super::letter(2)]);
    let noted = delivers(&mut tx);
    let delivery = delivery(tx, answering(Ok(())), Arc::default());
    let report = DeliverLetters { code_sender: Arc::new(gateway(Ok(()))), ..delivery }.execute().await;
    assert_eq!(report.unwrap(), DeliveryReport { delivered: 2, postponed: 0, abandoned: 0 });
    assert_eq!(noted.all().len(), 2);
}
