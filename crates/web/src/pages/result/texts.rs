//! What the page of a result says, in five languages. Nothing depends on a number, so that no plural is needed.

use portico_domain::partner::{CountName, MarkName, MistakeKind};
use serde::Serialize;

/// The texts of the page in one language.
#[derive(Serialize)]
pub(super) struct Texts {
    /// What the page is.
    pub(super) result: &'static str,
    /// Before the partner's name.
    pub(super) checked_by: &'static str,
    /// Before the time.
    pub(super) saved: &'static str,
    /// Above the mistakes.
    pub(super) mistakes: &'static str,
    /// Before what was written wrongly.
    pub(super) written: &'static str,
    /// Before the right form.
    pub(super) right: &'static str,
    /// Before the kind of a mistake.
    pub(super) kind: &'static str,
    /// Before what is remarked on a mistake.
    pub(super) comment: &'static str,
    /// Above the text.
    pub(super) text: &'static str,
    /// Instead of an empty text.
    pub(super) no_text: &'static str,
    /// Above all that the model holds.
    pub(super) details: &'static str,
    /// When that is too much to be shown.
    pub(super) shortened: &'static str,
    /// Before the number of things that are not shown.
    pub(super) not_shown: &'static str,
    /// A list or an object without anything in it.
    pub(super) empty: &'static str,
    /// `true`.
    pub(super) yes: &'static str,
    /// `false`.
    pub(super) no: &'static str,
    /// `null`.
    pub(super) nothing: &'static str,

    /// There is no such result.
    #[serde(skip)]
    pub(super) missing: &'static str,
    /// What to do about it.
    #[serde(skip)]
    pub(super) missing_text: &'static str,
    /// The house is busy.
    #[serde(skip)]
    pub(super) busy: &'static str,
    /// What to do about it.
    #[serde(skip)]
    pub(super) busy_text: &'static str,
    /// The house is at fault.
    #[serde(skip)]
    pub(super) crashed: &'static str,
    /// What to do about it.
    #[serde(skip)]
    pub(super) crashed_text: &'static str,

    /// A mark by each of its names.
    #[serde(skip)]
    pub(super) marks: [&'static str; 3],
    /// Words, those with mistakes, and mistakes.
    #[serde(skip)]
    pub(super) counts: [&'static str; 3],
    /// The kinds of mistakes: their number, or what one of them is.
    #[serde(skip)]
    pub(super) kinds: [&'static str; 5],
    /// The form of an instant, with `{month}`.
    #[serde(skip)]
    pub(super) instant: &'static str,
    /// The months, as they are called within such an instant.
    #[serde(skip)]
    pub(super) months: [&'static str; 12],
    /// What stands before the digits of a fraction.
    #[serde(skip)]
    pub(super) decimal_point: &'static str,
}

impl Texts {
    /// What a mark is called.
    pub(super) const fn mark(&self, name: MarkName) -> &'static str {
        let [mark, grade, score] = self.marks;
        match name {
            MarkName::Mark => mark,
            MarkName::Grade => grade,
            MarkName::Score => score,
        }
    }

    /// What is counted.
    pub(super) const fn count(&self, name: CountName) -> &'static str {
        let [words, words_with_mistakes, mistakes] = self.counts;
        match name {
            CountName::Words => words,
            CountName::WordsWithMistakes => words_with_mistakes,
            CountName::Mistakes => mistakes,
            CountName::Of(kind) => self.kind_of_mistake(kind),
        }
    }

    /// What is wrong.
    pub(super) const fn kind_of_mistake(&self, kind: MistakeKind) -> &'static str {
        let [spelling, punctuation, grammar, missing, extra] = self.kinds;
        match kind {
            MistakeKind::Spelling => spelling,
            MistakeKind::Punctuation => punctuation,
            MistakeKind::Grammar => grammar,
            MistakeKind::Missing => missing,
            MistakeKind::Extra => extra,
        }
    }
}

pub(super) const ENGLISH: Texts = Texts {
    result: "Dictation result",
    checked_by: "Checked by",
    saved: "Saved",
    mistakes: "Mistakes",
    written: "Written",
    right: "Correct",
    kind: "Kind",
    comment: "Comment",
    text: "Text as written",
    no_text: "Nothing was written.",
    details: "All details",
    shortened: "Too long to be shown in full. Parts are left out.",
    not_shown: "Not shown",
    empty: "empty",
    yes: "yes",
    no: "no",
    nothing: "none",
    missing: "Not found",
    missing_text: "There is no result at this address. Is the link complete?",
    busy: "Please try again",
    busy_text: "The server is busy at the moment. Wait a few seconds and load the page again.",
    crashed: "Something went wrong",
    crashed_text: "This is our fault, not yours. Please try again later.",
    marks: ["Mark", "Grade", "Score"],
    counts: ["Words", "Words with mistakes", "Mistakes"],
    kinds: ["Spelling", "Punctuation", "Grammar", "Missing", "Extra"],
    instant: "%-d {month} %Y, %H:%M UTC",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    decimal_point: ".",
};

pub(super) const RUSSIAN: Texts = Texts {
    result: "Результат диктанта",
    checked_by: "Кем проверено",
    saved: "Сохранено",
    mistakes: "Ошибки",
    written: "Написано",
    right: "Правильно",
    kind: "Вид",
    comment: "Пояснение",
    text: "Написанный текст",
    no_text: "Ничего не написано.",
    details: "Все подробности",
    shortened: "Слишком длинно, чтобы показать целиком. Часть пропущена.",
    not_shown: "Не показано",
    empty: "пусто",
    yes: "да",
    no: "нет",
    nothing: "нет данных",
    missing: "Не найдено",
    missing_text: "По этому адресу нет результата. Проверьте, целиком ли скопирована ссылка.",
    busy: "Попробуйте ещё раз",
    busy_text: "Сервер сейчас занят. Подождите несколько секунд и обновите страницу.",
    crashed: "Что-то пошло не так",
    crashed_text: "Это наша ошибка, а не ваша. Пожалуйста, попробуйте позже.",
    marks: ["Оценка", "Отметка", "Баллы"],
    counts: ["Количество слов", "Слова с ошибками", "Ошибки"],
    kinds: ["Орфография", "Пунктуация", "Грамматика", "Пропущено", "Лишнее"],
    instant: "%-d {month} %Y г., %H:%M UTC",
    months: [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    decimal_point: ",",
};

pub(super) const JAPANESE: Texts = Texts {
    result: "書き取りの結果",
    checked_by: "採点サービス",
    saved: "保存日時",
    mistakes: "間違い",
    written: "解答",
    right: "正解",
    kind: "種類",
    comment: "コメント",
    text: "書き取った文章",
    no_text: "何も書かれていません。",
    details: "すべての詳細",
    shortened: "長すぎるため、一部を省略して表示しています。",
    not_shown: "表示していない数",
    empty: "空",
    yes: "はい",
    no: "いいえ",
    nothing: "なし",
    missing: "見つかりません",
    missing_text: "このアドレスに結果はありません。リンクが途中で切れていないかご確認ください。",
    busy: "もう一度お試しください",
    busy_text: "ただいまサーバーが混み合っています。数秒待ってからページを再読み込みしてください。",
    crashed: "エラーが発生しました",
    crashed_text: "こちら側の問題によるものです。しばらくしてからもう一度お試しください。",
    marks: ["評点", "評価", "得点"],
    counts: ["単語数", "間違いのある単語数", "間違いの数"],
    kinds: ["つづり", "句読点", "文法", "抜け", "余分"],
    instant: "%Y年{month}%-d日 %H:%M UTC",
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    decimal_point: ".",
};

pub(super) const TURKISH: Texts = Texts {
    result: "Dikte sonucu",
    checked_by: "Kontrol eden",
    saved: "Kayıt tarihi",
    mistakes: "Hatalar",
    written: "Yazılan",
    right: "Doğrusu",
    kind: "Tür",
    comment: "Açıklama",
    text: "Yazılan metin",
    no_text: "Hiçbir şey yazılmamış.",
    details: "Tüm ayrıntılar",
    shortened: "Tamamı gösterilemeyecek kadar uzun. Bazı bölümler gösterilmiyor.",
    not_shown: "Gösterilmeyen",
    empty: "boş",
    yes: "evet",
    no: "hayır",
    nothing: "yok",
    missing: "Bulunamadı",
    missing_text: "Bu adreste bir sonuç yok. Bağlantının eksiksiz olduğundan emin olun.",
    busy: "Lütfen yeniden deneyin",
    busy_text: "Sunucu şu anda meşgul. Birkaç saniye bekleyip sayfayı yenileyin.",
    crashed: "Bir şeyler ters gitti",
    crashed_text: "Sorun sizden değil, bizden kaynaklanıyor. Lütfen daha sonra yeniden deneyin.",
    marks: ["Not", "Derece", "Puan"],
    counts: ["Sözcük sayısı", "Hatalı sözcük sayısı", "Hata sayısı"],
    kinds: ["Yazım", "Noktalama", "Dil bilgisi", "Eksik", "Fazla"],
    instant: "%-d {month} %Y, %H:%M UTC",
    months: [
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
        "Aralık",
    ],
    decimal_point: ",",
};

pub(super) const KAZAKH: Texts = Texts {
    result: "Диктант нәтижесі",
    checked_by: "Тексерген",
    saved: "Сақталған уақыты",
    mistakes: "Қателер",
    written: "Жазылғаны",
    right: "Дұрысы",
    kind: "Түрі",
    comment: "Түсіндірме",
    text: "Жазылған мәтін",
    no_text: "Ештеңе жазылмаған.",
    details: "Толық мәлімет",
    shortened: "Толық көрсету үшін тым ұзын. Кейбір бөліктері көрсетілмеген.",
    not_shown: "Көрсетілмегені",
    empty: "бос",
    yes: "иә",
    no: "жоқ",
    nothing: "мәлімет жоқ",
    missing: "Табылмады",
    missing_text: "Бұл мекенжайда нәтиже жоқ. Сілтеменің толық көшірілгенін тексеріңіз.",
    busy: "Қайталап көріңіз",
    busy_text: "Сервер қазір бос емес. Бірнеше секунд күтіп, бетті жаңартыңыз.",
    crashed: "Бірдеңе дұрыс болмады",
    crashed_text: "Бұл сіздің емес, біздің қателігіміз. Кейінірек қайталап көріңіз.",
    marks: ["Баға", "Баға белгісі", "Ұпай"],
    counts: ["Сөз саны", "Қатесі бар сөз саны", "Қате саны"],
    kinds: ["Орфография", "Тыныс белгілері", "Грамматика", "Қалып қойған", "Артық"],
    instant: "%Y жылғы %-d {month}, %H:%M UTC",
    months: [
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ],
    decimal_point: ",",
};
