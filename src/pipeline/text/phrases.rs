//! Lines that belong to a page and not to its article, by what they are and by language.
//!
//! Notation: `phrase` is the whole line; `phrase…` is how a short line begins; `one…other` begins with one and
//! has the other behind it; `…phrase…` may stand anywhere in a line of moderate length and has to be unmistakable. Case,
//! punctuation (but for colons) and apostrophes don't count, and every number is `0`.
//! Written for this program; none of it is copied from a list.

use super::boilerplate::Rule::{
    self, Advertisement, Consent, Control, Credit, Link, Newsletter, ReplyForm, Rights, Share,
};

/// Phrases of one rule in one language.
pub(super) type Entry = (Rule, &'static [&'static str]);

/// English, and what pages in any language say in English.
#[rustfmt::skip] // one phrase a line would make a page of each language
const ENGLISH: &[Entry] = &[
    (
        ReplyForm,
        &[
            "leave a reply", "leave a reply cancel reply", "cancel reply", "leave a comment", "leave a comment cancel reply",
            "post a comment", "post comment", "submit comment", "add a comment", "add your comment", "write a comment",
            "join the conversation", "view comments", "show comments", "hide comments", "load comments", "comments", "0 comments",
            "no comments", "no comments yet", "be the first to comment", "comment", "comments are closed", "view all comments",
            "click here to comment…", "log in to comment", "sign in to comment", "you must be logged in to post a comment",
            "…your email address will not be published…", "…required fields are marked…", "…save my name email and website in this browser…",
            "…notify me of follow up comments by email…", "…notify me of new posts by email…", "this site uses akismet…",
            "…learn how your comment data is processed…", "to find out more about facebook commenting…",
        ],
    ),
    (
        Consent,
        &[
            "accept cookies", "accept all cookies", "cookie settings", "cookie policy", "manage cookies", "cookie preferences",
            "…this website uses cookies…", "…this site uses cookies…", "we use cookies to…", "we use cookies and…", "…by continuing to use this site you…",
            "…by continuing to browse this site you…", "…consent to the use of cookies…", "…agree to our use of cookies…", "manage consent",
            "by signing up you agree…", "by subscribing you agree…",
        ],
    ),
    (
        Share,
        &[
            "share", "share this", "share this :", "share story", "share article", "share this article", "share this story", "share this post",
            "share this :…", "share on…facebook", "share on facebook", "share on twitter", "share on linkedin", "share on whatsapp", "share via email",
            "share on x", "share this article share tweet…", "tweet", "tweet this", "facebook", "twitter", "linkedin", "whatsapp", "pinterest", "reddit",
            "email", "e mail", "facebook twitter", "facebook twitter pinterest", "share tweet…", "tweet share…", "click to share on…",
            "follow us", "follow us on…", "like us on facebook", "like us on facebook…", "find us on facebook", "join us on facebook…",
            "join us on twitter…", "follow me on…", "follow him on twitter…", "follow her on twitter…", "follow them on twitter…",
            "follow…on twitter", "follow…on instagram", "subscribe to our youtube channel", "like this :", "like loading",
        ],
    ),
    (
        Newsletter,
        &[
            "sign up", "subscribe", "subscribe now", "subscribe today", "sign up for…newsletter", "sign up for…newsletters", "sign up to…newsletter",
            "sign up here", "get our…newsletter", "subscribe to our…", "subscribe to the…newsletter", "subscribe now for as little as…",
            "thank you for signing up…", "thanks for signing up…", "get the…delivered to your inbox", "get…delivered straight to your inbox",
            "want more…delivered straight to your inbox", "join our newsletter…", "our free newsletter…", "start the day smarter :…",
            "sign up now to get…", "manage newsletters", "enter your email address", "already a subscriber…", "subscribe on apple podcasts…",
            "download the…app", "download our app…",
        ],
    ),
    (
        Advertisement,
        &[
            "advertisement", "advertisements", "advertisment", "advertising", "sponsored", "sponsored content", "promoted", "promoted content", "paid content",
            "story continues below", "story continues below advertisement", "story continued below", "article continues below",
            "article continues below advertisement", "continue reading below", "continue reading the main story",
            "article continues after advertisement", "skip advertisement", "advertisement continue reading…",
            "scroll to continue with content", "scroll down to continue reading", "report this ad", "continue reading",
        ],
    ),
    (
        Link,
        &[
            "read more", "read more :…", "read more about…", "read more at…", "read the full story", "read the full article", "to read the full story",
            "read full article…", "related", "related :…", "related content", "related stories", "related story", "related articles", "related article",
            "related topics", "related video", "related posts", "related links", "related coverage", "recommended", "recommended video", "recommended stories",
            "recommended for you", "see also", "see also :…", "also read", "also read :…", "read also :…", "you may also like", "you might also like", "more stories",
            "more on this story", "most popular", "most read", "top stories", "trending", "trending now", "up next", "now playing", "now watching",
            "watch", "watch :…", "click here for more…", "click here to read…", "click here to see…", "click here to view…", "click here to watch…",
            "click here to sign…", "click here to subscribe…", "click here to download…", "dont see the graphic above…", "like what youre reading…",
            "dont miss :…", "back to gallery", "back to top", "go to permalink", "tags", "tags :…", "filed under :…",
            "visit…homepage for more stories", "more", "image 0 of 0", "slideshow 0 images",
        ],
    ),
    (
        Control,
        &[
            "print", "print this article", "print article", "email this article", "email this", "close", "save", "edit", "loading", "hide caption", "toggle caption",
            "copy link", "copied", "menu", "search", "skip to main content", "skip to content", "skip to main navigation", "a a", "prev next", "previous next",
            "play video", "view gallery", "purchase : order reprint", "order reprint", "more_vert", "play_arrow", "video_youtube", "sign in",
            "log in", "you are signed in as", "enter city and state or zip code", "connect tweet linkedin…", "show more", "see more", "load more",
            "enable javascript…", "please enable javascript…",
        ],
    ),
    (
        Rights,
        &[
            "all rights reserved", "…may not be published broadcast rewritten…", "…all rights reserved…", "copyright © 0…", "© 0…", "© copyright 0…",
            "copyright 0…", "click here for reprint permission", "…no part of this publication may be reproduced…", "…reproduced without permission…",
        ],
    ),
    (
        Credit,
        &[
            "getty images", "afp getty images", "ap photo", "reuters", "associated press", "the associated press", "afp", "via getty images",
            "photo : getty images", "image : getty images", "photo by getty images", "shutterstock", "istock", "getty", "stock photo", "file photo", "ap images",
            "pixabay", "unsplash", "credit : getty images", "credit : the associated press", "image copyright…getty images", "image credit :…", "photo credit :…",
            "image source :…", "image source…", "photo courtesy of…",
        ],
    ),
];

/// Latin-script languages: German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish.
#[rustfmt::skip] // one phrase a line would make a page of each language
const LATIN: &[Entry] = &[
    (
        ReplyForm,
        &[
            "schreibe einen kommentar", "schreiben sie einen kommentar", "kommentar schreiben", "kommentar abschicken", "kommentare", "0 kommentare", "kommentar verfassen",
            "…deine e mail adresse wird nicht veröffentlicht…", "…ihre e mail adresse wird nicht veröffentlicht…", "…erforderliche felder sind mit…markiert",
            "laisser un commentaire", "laissez un commentaire", "publier un commentaire", "commentaires", "0 commentaires", "…votre adresse e mail ne sera pas publiée…",
            "…votre adresse de messagerie ne sera pas publiée…", "…les champs obligatoires sont indiqués…",
            "deja una respuesta", "deja un comentario", "dejar un comentario", "publicar comentario", "publicar el comentario", "comentarios", "0 comentarios",
            "…tu dirección de correo electrónico no será publicada…", "…los campos obligatorios están marcados…",
            "lascia un commento", "lascia una risposta", "invia commento", "commenti", "0 commenti", "…il tuo indirizzo email non sarà pubblicato…", "…i campi obbligatori sono contrassegnati…",
            "deixe um comentário", "deixe uma resposta", "publicar comentário", "comentários", "0 comentários", "…o seu endereço de e mail não será publicado…",
            "…o seu endereço de email não será publicado…", "…campos obrigatórios são marcados…",
            "geef een reactie", "laat een reactie achter", "reactie plaatsen", "reacties", "0 reacties", "…je e mailadres wordt niet gepubliceerd…", "…vereiste velden zijn gemarkeerd…",
            "dodaj komentarz", "zostaw komentarz", "komentarze", "opublikuj komentarz", "…twój adres e mail nie zostanie opublikowany…", "…wymagane pola są oznaczone…",
            "bir cevap yazın", "bir yanıt yazın", "yorum yap", "yorum gönder", "yorumlar", "…e posta adresiniz yayınlanmayacak…", "…gerekli alanlar…ile işaretlenmişlerdir",
        ],
    ),
    (
        Consent,
        &[
            "cookies akzeptieren", "alle cookies akzeptieren", "cookie einstellungen", "…diese website verwendet cookies…", "…diese webseite verwendet cookies…",
            "accepter les cookies", "tout accepter", "…ce site utilise des cookies…", "nous utilisons des cookies pour…", "gérer les cookies",
            "aceptar cookies", "aceptar todas las cookies", "…este sitio web utiliza cookies…", "…este sitio utiliza cookies…", "utilizamos cookies para…",
            "accetta i cookie", "…questo sito utilizza i cookie…", "…questo sito utilizza cookie…", "utilizziamo i cookie per…",
            "aceitar cookies", "…este site utiliza cookies…", "…este site usa cookies…", "usamos cookies para…", "utilizamos cookies para…",
            "cookies accepteren", "alle cookies accepteren", "…deze website maakt gebruik van cookies…", "…deze website gebruikt cookies…", "wij gebruiken cookies om…",
            "akceptuję pliki cookie", "…ta strona używa plików cookie…", "…ta strona korzysta z plików cookies…", "używamy plików cookie…",
            "çerezleri kabul et", "…bu web sitesi çerezleri kullanır…", "…bu site çerez kullanmaktadır…", "çerez politikası",
        ],
    ),
    (
        Share,
        &[
            "teilen", "artikel teilen", "auf facebook teilen", "auf twitter teilen", "per e mail teilen", "folgen sie uns", "folgen sie uns auf…", "folge uns auf…", "empfehlen", "merken",
            "partager", "partager cet article", "partager sur facebook", "partager sur twitter", "partagez cet article", "suivez nous", "suivez nous sur…",
            "compartir", "compartir en facebook", "compartir en twitter", "compartir en whatsapp", "comparte este artículo", "compartir este artículo", "síguenos en…", "siga nos…",
            "condividi", "condividi su facebook", "condividi su twitter", "condividi questo articolo", "seguici su…",
            "compartilhar", "compartilhe", "compartilhe esta notícia", "compartilhar no facebook", "compartilhar no twitter", "partilhar", "partilhar no facebook", "siga nos no…",
            "delen", "deel dit artikel", "deel dit bericht", "deel op facebook", "deel op twitter", "delen op facebook", "delen via facebook", "volg ons op…",
            "udostępnij", "udostępnij na facebooku", "podziel się", "podziel się artykułem", "obserwuj nas na…", "śledź nas na…",
            "paylaş", "facebookta paylaş", "twitterda paylaş", "bizi takip edin", "haberi paylaş",
        ],
    ),
    (
        Newsletter,
        &[
            "newsletter abonnieren", "jetzt abonnieren", "abonnieren", "melden sie sich…newsletter", "abonnieren sie…newsletter", "zum newsletter anmelden",
            "abonnez vous", "inscrivez vous à…newsletter", "abonnez vous à…newsletter", "sabonner", "recevez…newsletter", "inscription à la newsletter",
            "suscríbete", "suscríbete a…newsletter", "suscríbete a…boletín", "suscríbase a…boletín", "suscribirse", "recibe…newsletter",
            "iscriviti alla newsletter…", "iscriviti alla…newsletter", "abbonati", "iscriviti",
            "assine", "assine a…newsletter", "assine nossa newsletter", "inscreva se na…newsletter", "subscreva a…newsletter", "receba…newsletter",
            "abonneer", "abonneer je op…nieuwsbrief", "schrijf je in voor…nieuwsbrief", "meld je aan voor…nieuwsbrief", "aanmelden nieuwsbrief",
            "zapisz się do newslettera", "zapisz się na newsletter…", "subskrybuj", "zapisz się", "abone ol", "bültenimize abone olun…", "bültenimize kaydolun…", "e bülten aboneliği",
        ],
    ),
    (
        Advertisement,
        &[
            "anzeige", "werbung", "advertorial", "publicité", "annonce", "la suite après la publicité", "la suite après cette publicité", "publicidad", "publicidade", "pubblicità", "annuncio pubblicitario",
            "continua después de la publicidad", "continua após a publicidade", "continua a leggere dopo la pubblicità", "advertentie", "lees verder onder de advertentie",
            "tekst gaat verder onder de advertentie", "reklama", "dalsza część artykułu pod reklamą", "reklam", "haberin devamı reklamdan sonra", "ilan",
        ],
    ),
    (
        Link,
        &[
            "mehr zum thema", "mehr zum thema :…", "lesen sie auch", "lesen sie auch :…", "lesen sie mehr :…", "das könnte sie auch interessieren", "weiterlesen", "mehr lesen",
            "lire aussi", "lire aussi :…", "à lire aussi", "à lire aussi :…", "lire la suite", "voir aussi", "sur le même sujet", "lea también", "lea también :…", "lee también", "lee también :…", "leer más", "te puede interesar…", "más información :…",
            "leggi anche", "leggi anche :…", "leggi tutto", "potrebbe interessarti anche…", "leia também", "leia também :…", "leia mais", "leia mais :…", "saiba mais",
            "lees ook", "lees ook :…", "lees meer", "lees meer :…", "czytaj także", "czytaj także :…", "czytaj też", "czytaj też :…", "zobacz także", "zobacz też", "czytaj więcej", "ilgili haberler", "devamını oku", "ayrıca bakınız",
        ],
    ),
    (Control, &["drucken", "artikel drucken", "imprimer", "imprimir", "stampa", "afdrukken", "drukuj", "yazdır"]),
    (
        Rights,
        &[
            "alle rechte vorbehalten", "…alle rechte vorbehalten…", "…tous droits réservés…", "…todos los derechos reservados…", "…tutti i diritti riservati…", "…riproduzione riservata…",
            "…todos os direitos reservados…", "…alle rechten voorbehouden…", "…wszelkie prawa zastrzeżone…", "…tüm hakları saklıdır…",
        ],
    ),
];

/// Other scripts: Russian, Ukrainian, Arabic, Chinese, Japanese.
#[rustfmt::skip] // one phrase a line would make a page of each language
const OTHER_SCRIPTS: &[Entry] = &[
    (
        ReplyForm,
        &[
            "добавить комментарий", "оставить комментарий", "оставьте комментарий", "отправить комментарий", "комментарии", "комментарии 0", "…ваш адрес email не будет опубликован…", "…ваш e mail не будет опубликован…", "…обязательные поля помечены…",
            "залишити коментар", "залишити відповідь", "додати коментар", "опублікувати коментар", "коментарі", "…ваша e mail адреса не оприлюднюватиметься…", "…вашу адресу електронної пошти не буде опубліковано…", "…обовязкові поля позначені…",
            "اترك تعليقا", "اترك تعليقاً", "اترك ردا", "أضف تعليق", "أضف تعليقا", "إرسال التعليق", "التعليقات", "تعليقات", "…لن يتم نشر عنوان بريدك الإلكتروني…", "…الحقول الإلزامية مشار إليها…",
            "发表评论", "发表回复", "取消回复", "提交评论", "评论", "發表評論", "發佈留言", "…您的电子邮箱地址不会被公开…", "…您的邮箱地址不会被公开…", "…必填项已用…标注", "…必填欄位標示為…",
            "コメントを残す", "コメントをキャンセル", "コメントを送信", "コメントする", "コメント", "返信をキャンセル", "…メールアドレスが公開されることはありません…", "…が付いている欄は必須項目です…",
        ],
    ),
    (
        Consent,
        &[
            "принять cookies", "…этот сайт использует cookie…", "…этот сайт использует файлы cookie…", "мы используем файлы cookie…", "мы используем cookie…",
            "…цей сайт використовує cookie…", "…цей сайт використовує файли cookie…", "ми використовуємо файли cookie…", "قبول ملفات تعريف الارتباط", "…يستخدم هذا الموقع ملفات تعريف الارتباط…",
            "接受所有cookie", "…本网站使用cookie…", "…本網站使用cookie…", "…当サイトではcookieを使用…", "…このサイトはcookieを使用…", "cookieを受け入れる",
        ],
    ),
    (
        Share,
        &[
            "поделиться", "поделиться в facebook", "поделиться вконтакте", "поделитесь…в соцсетях", "подписывайтесь на нас…", "читайте нас в…", "подписывайтесь на наш…канал", "подписывайтесь на наш telegram…",
            "поділитися", "поділитися у facebook", "поширити", "підписуйтесь на наш…канал", "підписуйтесь на нас…", "читайте нас у…",
            "شارك", "مشاركة", "شارك الخبر", "شارك المقال", "شارك هذا الخبر", "شارك على فيسبوك", "شارك على تويتر", "تابعونا على…", "تابعنا على…",
            "分享", "分享到", "分享到 :…", "分享至", "分享到微信", "分享到微博", "关注我们", "關注我們", "シェア", "シェアする", "ツイート", "ツイートする", "フォローする", "この記事をシェア", "この記事をシェアする", "フォローしてください",
        ],
    ),
    (
        Newsletter,
        &[
            "подписаться", "подписаться на рассылку", "подпишитесь на…рассылку", "підписатися", "підписатися на розсилку", "підпишіться на…розсилку", "اشترك", "اشترك الآن", "اشترك في النشرة البريدية", "اشترك في…النشرة",
            "اشترك في نشرتنا…", "订阅", "订阅我们的…", "订阅新闻邮件", "訂閱電子報", "訂閱我們的…", "メルマガ登録", "ニュースレターに登録…", "ニュースレターを購読…", "メールマガジンに登録…",
        ],
    ),
    (
        Advertisement,
        &[
            "реклама", "на правах рекламы", "продолжение после рекламы", "продовження після реклами", "إعلان", "إعلانات", "اعلان", "广告", "廣告", "广告继续阅读", "請繼續往下閱讀", "広告", "スポンサーリンク", "広告の後に続きます", "記事の続きは広告の後",
        ],
    ),
    (
        Link,
        &[
            "читайте также", "читайте также :…", "читать далее", "читать полностью", "по теме", "по теме :…", "смотрите также", "читайте також", "читайте також :…", "читати далі", "дивіться також", "за темою",
            "اقرأ أيضا", "اقرأ أيضا :…", "اقرأ أيضاً", "اقرأ أيضاً :…", "اقرأ المزيد", "مواضيع ذات صلة", "أخبار ذات صلة", "شاهد أيضا", "شاهد أيضاً", "相关阅读", "相关新闻", "延伸阅读", "延伸閱讀", "相關新聞", "阅读更多", "阅读全文", "閱讀更多",
            "関連記事", "続きを読む", "もっと見る", "あわせて読みたい", "こちらもおすすめ",
        ],
    ),
    (Control, &["распечатать", "версия для печати", "роздрукувати", "طباعة", "打印", "列印", "印刷", "印刷する", "关闭", "閉じる"]),
    (Rights, &["…все права защищены…", "…всі права захищені…", "…جميع الحقوق محفوظة…", "…版权所有…", "…版權所有…", "…無断転載を禁じます…", "…無断転載禁止…", "未经授权不得转载…"]),
];

/// Every entry of every language.
pub(super) fn all() -> impl Iterator<Item = (Rule, &'static str)> {
    [ENGLISH, LATIN, OTHER_SCRIPTS]
        .into_iter()
        .flatten()
        .flat_map(|&(rule, phrases)| phrases.iter().map(move |&phrase| (rule, phrase)))
}

/// What begins a comment form: the few lines behind it go with it.
#[rustfmt::skip] // one phrase a line would make a page of each language
pub(super) const FORM_HEADINGS: &[&str] = &[
    "leave a reply", "leave a reply cancel reply", "leave a comment", "post a comment", "add a comment", "leave a comment cancel reply", "schreibe einen kommentar", "schreiben sie einen kommentar",
    "laisser un commentaire", "deja una respuesta", "deja un comentario", "lascia un commento", "lascia una risposta", "deixe um comentário", "deixe uma resposta", "geef een reactie",
    "laat een reactie achter", "dodaj komentarz", "bir cevap yazın", "bir yanıt yazın", "добавить комментарий", "залишити відповідь", "залишити коментар", "اترك تعليقا", "اترك تعليقاً", "发表评论", "发表回复", "コメントを残す",
];

/// A comment form glued to the end of a text without breaks: what it begins with, unmistakable even in mid-line. ASCII
/// letters in any case.
#[rustfmt::skip] // one phrase a line would make a page of each language
pub(super) const GLUED_FORMS: &[&str] = &[
    "Leave a Reply Your email", "Leave a Reply Cancel", "Leave a Comment Cancel reply", "Leave a Comment Your email", "Your email address will not be published",
    "Schreibe einen Kommentar Deine E-Mail", "Deine E-Mail-Adresse wird nicht", "Laisser un commentaire Votre adresse", "Votre adresse e-mail ne sera pas",
    "Deja una respuesta Tu direcci", "Deja un comentario Tu direcci", "Lascia un commento Il tuo indirizzo", "Deixe um coment\u{e1}rio O seu endere", "Geef een reactie Je e-mailadres",
    "Je e-mailadres wordt niet gepubliceerd", "Dodaj komentarz Tw\u{f3}j adres",
];
