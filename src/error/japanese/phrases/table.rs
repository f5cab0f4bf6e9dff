//! The phrases themselves.

/// English and Japanese.
pub(super) type Phrase = (&'static str, &'static str);

/// What stands in the settings where there is no value to show.
pub(super) const STOOD: &[Phrase] = &[
    ("", "空の値"),
    ("what is written there", "書かれている値"),
    ("given", "指定あり"),
    ("without it", "指定なし"),
    ("several headings", "見出しが複数"),
    ("closed on every day", "毎日休業"),
];

/// What a setting must be, as a whole sentence.
pub(super) const DEMANDS: &[Phrase] = &[
    ("a name, or left out", "名前を指定するか、省略してください"),
    (
        "given: a heading for {}",
        "{0} に当たる見出しを指定してください",
    ),
    (
        "left out: only the tables `customers` and `consents` have them",
        "省略してください。使えるのは、表が `customers` か `consents` のときだけです",
    ),
    ("of the form KEY=VALUE", "KEY=VALUE の形で指定してください"),
    ("one of {}", "次のいずれかを指定してください: {0}"),
    ("`{}` or `{}`", "`{0}` か `{1}` を指定してください"),
    (
        "\"true\" or \"false\"",
        "\"true\" か \"false\" を指定してください",
    ),
    ("a boolean", "true か false を指定してください"),
    (
        "open on one day of the week at least",
        "週に 1 日以上は営業日にしてください",
    ),
    ("under the name of an aspect", "観点の名前を付けてください"),
    ("at most {} aspects", "観点は {0} 個までにしてください"),
    (
        "at most {} segments",
        "セグメントは {0} 個までにしてください",
    ),
];

/// What a setting must be, as a noun.
pub(super) const VALUES: &[Phrase] = &[
    (
        "a layout of koe's; another has `ignored` in its section",
        "koe にあるレイアウトの名前(ご自身のレイアウトでは、その欄の `ignored`)",
    ),
    (
        "a layout in which refusals are looked for",
        "配信停止や拒否の列を探すレイアウトの名前",
    ),
    (
        "an IANA name such as `Asia/Tokyo`",
        "`Asia/Tokyo` のような IANA のタイムゾーン名",
    ),
    (
        "an ISO 4217 code such as `JPY`",
        "`JPY` のような ISO 4217 の通貨コード",
    ),
    (
        "a share between {} and {}, e.g. 0.4 for 40%",
        "{0} から {1} までの割合(40% なら 0.4)",
    ),
    ("a share between {} and {}", "{0} から {1} までの割合"),
    (
        "a share above {} and up to {}",
        "{0} より大きく {1} 以下の割合",
    ),
    (
        "a share that is no more than what `segment.abc.a_share` leaves",
        "`segment.abc.a_share` との合計が 1 を超えない割合",
    ),
    (
        "a share such as 0.1 or \"10%\"",
        "0.1 や \"10%\" のような割合",
    ),
    (
        "a probability between {} and {}",
        "{0} より大きく {1} より小さい確率",
    ),
    ("a probability from {} to {}", "{0} から {1} までの確率"),
    (
        "a whole number from {} to {}, in days",
        "{0} から {1} までの整数(日数)",
    ),
    (
        "a whole number from {} to {}, or 0 for as many as the map is made for",
        "{0} から {1} までの整数、または 0(`map` に合わせた段階数)",
    ),
    ("a whole number from {} to {}", "{0} から {1} までの整数"),
    (
        "0 or a whole number from {} to {}",
        "0、または {0} から {1} までの整数",
    ),
    ("a whole number above 0", "1 以上の整数"),
    ("a whole number", "整数"),
    (
        "a number above {} and up to {}",
        "{0} より大きく {1} 以下の数",
    ),
    ("a number above 0", "0 より大きい数"),
    ("a number from {} to {}", "{0} から {1} までの数"),
    ("a number", "数"),
    (
        "an amount above 0, in units of the currency",
        "0 より大きい金額(通貨の単位)",
    ),
    ("an amount of money", "扱える範囲の金額"),
    ("business minutes above 0", "0 より大きい分数(営業時間内)"),
    (
        "no less than `segment.cpm.steady_days`",
        "`segment.cpm.steady_days` 以上の値",
    ),
    ("at least one brand", "一つ以上のブランド"),
    (
        "a list of words, none of them empty",
        "空の項目のない言葉の一覧",
    ),
    (
        "a name, or a name and its synonyms with `|` between",
        "名前か、名前と別名を `|` で区切ったもの",
    ),
    ("a name that is not listed before", "ほかと重ならない名前"),
    ("a noun that is not listed before", "ほかと重ならない名詞"),
    (
        "a name of its own for each brand",
        "ブランドごとに異なる名前",
    ),
    (
        "words by which a post is about `{}`, for there are several brands",
        "`{0}` についての投稿を見分ける言葉(ブランドが複数あるときは必要です)",
    ),
    (
        "a name that a file can have, of 1 to 100 letters",
        "ファイル名に使える 1 から 100 文字までの名前",
    ),
    (
        "a name that no other audience of the channel has",
        "同じチャネルのほかの配信リストと重ならない名前",
    ),
    ("a name of {} letters at most", "{0} 文字以内の名前"),
    (
        "a name that no rule before has",
        "ほかのルールと重ならない名前",
    ),
    (
        "a name that no layout of koe has",
        "koe の形式と重ならない名前",
    ),
    (
        "a name of a-z, 0-9 and `_`",
        "英小文字、数字、`_` だけの名前",
    ),
    ("the name of a segment", "セグメントの名前"),
    (
        "hours such as `21:00-08:00`, or nothing",
        "`21:00-08:00` のような時間帯、または空",
    ),
    (
        "hours such as `09:00-12:00, 13:00-18:00`, or nothing when closed",
        "`09:00-12:00, 13:00-18:00` のような時間帯(休業日は空)",
    ),
    (
        "first_purchase, last_purchase or registration and days or weeks, such as `first_purchase + 14d`",
        "first_purchase、last_purchase、registration のいずれかと日数か週数(例: `first_purchase + 14d`)",
    ),
    (
        "a date such as `2025-09-30`, or empty",
        "`2025-09-30` のような日付、または空",
    ),
    ("a month from 1 to 12", "1 から 12 までの月"),
    (
        "a day before the reported period ({} to {})",
        "レポートの期間({0} から {1})より前の日",
    ),
    (
        "a path below the exports folder, `*` for any name ({})",
        "書き出しファイルのフォルダの中の場所(`*` はどの名前にも当てはまります。{0})",
    ),
    (
        "a heading of the file, or a list of them",
        "ファイルの見出しか、その一覧",
    ),
    ("a heading of the file", "ファイルの見出し"),
    ("one heading of the file", "ファイルの見出し一つ"),
    (
        "a list of one to nine ascending numbers, none of them below what can be",
        "小さい順に並べた 1 個から 9 個の、ありえる数",
    ),
    (
        "a list of bounds where `segment.rfm.method` is \"thresholds\"",
        "境目の一覧(`segment.rfm.method` が \"thresholds\" のときは必要です)",
    ),
    (
        "{} or 0, as the list of bounds makes {} scores",
        "{0} か 0(境目の一覧では {1} 段階になります)",
    ),
    (
        "a score or scores from one to another, such as \"5\" or \"4-5\"",
        "\"5\" や \"4-5\" のようなスコアかその範囲",
    ),
    (
        "a noun; one that no dictionary knows goes into `text.user_dictionary`, too",
        "名詞(辞書にない名詞は `text.user_dictionary` にも書いてください)",
    ),
    ("a text in quotation marks", "引用符で囲んだ文字列"),
    ("a list in square brackets", "角括弧で囲んだ一覧"),
    ("a section", "セクション"),
];

/// What koe itself finds wrong, and where something stands.
pub(super) const DETAILS: &[Phrase] = &[
    (
        "no day and no message of a talk can be read",
        "トークの日付やメッセージが読み取れません",
    ),
    (
        "several of its columns are called `{}`",
        "`{0}` という見出しの列が複数あります",
    ),
    // Where a setting stands.
    ("the settings", "設定"),
    ("the variable `{}`", "環境変数 `{0}`"),
    // What nobody confirmed, and what cannot be made.
    (
        "`{}` is to be erased for good",
        "`{0}` を完全に消去すること",
    ),
    ("the page of a customer", "個客カルテ"),
    // The store.
    (
        "it must hold 64 hexadecimal digits",
        "64 桁の 16 進数でなければなりません",
    ),
    (
        "it is missing, and the forgotten cannot be told without it",
        "見つかりません。消去した方を見分けるために必要なファイルです",
    ),
    (
        "it is missing, though the journal tells of earlier runs",
        "ファイルがありません(以前に実行した記録はあります)",
    ),
    (
        "{} of the live files are missing or changed",
        "使用中のファイルのうち {0} 個が、なくなったか変更されています",
    ),
    // Archives, workbooks and weights.
    ("it is locked with a password", "パスワードが付いています"),
    (
        "an entry has no beginning",
        "中のファイルの始まりが見つかりません",
    ),
    (
        "it is compressed by {}",
        "koe の知らない方式({0})で圧縮されています",
    ),
    (
        "it is damaged or cut off ({})",
        "壊れているか、途中で切れています({0})",
    ),
    ("it is damaged", "壊れています"),
    ("its sheets are damaged", "シートが壊れています"),
    (
        "a field or level is missing or no probability",
        "項目か段階が足りないか、確率ではない値があります",
    ),
    // Queries and conditions, and what the engine says of them.
    (
        "not found: unable to find column \"{}\". Did you mean \"{}\"?",
        "列 `{0}` がありません。もしかして `{1}` でしょうか",
    ),
    (
        "not found: unable to find column \"{}\"",
        "列 `{0}` がありません",
    ),
    ("relation '{}' was not found", "表 `{0}` がありません"),
    ("unsupported function '{}'", "関数 `{0}` は使えません"),
    (
        "cannot compare string with numeric type ({})",
        "文字列と数({0})は比べられません",
    ),
    (
        "sql parser error: {}",
        "SQL の書き方が正しくありません({0})",
    ),
    (
        "a query only reads: it begins with SELECT or WITH",
        "読み取り専用です。SELECT か WITH で始めてください",
    ),
    (
        "it gives {}, not true or false",
        "結果が真偽値ではなく {0} です",
    ),
    // Templates.
    (
        "a template has files, and one folder named pages",
        "テンプレートに置けるのは、ファイルと `pages` フォルダだけです",
    ),
    (
        "a template has at most {} files",
        "テンプレートのファイルは {0} 個までです",
    ),
    (
        "a template has at most {} pages",
        "テンプレートのページは {0} 個までです",
    ),
    (
        "a file of a template has at most {} bytes",
        "テンプレートのファイルは {0} バイトまでです",
    ),
    (
        "a template has logo.svg or logo.png, style.css and pages/*.html; is {} meant?",
        "テンプレートに置けるのは logo.svg か logo.png、style.css、pages/*.html です。もしかして {0} でしょうか",
    ),
    (
        "a template has logo.svg or logo.png, style.css and pages/*.html",
        "テンプレートに置けるのは logo.svg か logo.png、style.css、pages/*.html です",
    ),
    ("there is another logo", "ロゴがほかにもあります"),
    ("it holds no <svg>", "<svg> がありません"),
    ("it is no PNG", "PNG ではありません"),
    ("it is not UTF-8", "UTF-8 ではありません"),
    (
        "nothing may be loaded from elsewhere; the report works without a network",
        "外部からの読み込みはできません。レポートはネットワークなしで開けるものです",
    ),
    (
        "this element is not for pages of one's own",
        "この要素は自店のページでは使えません",
    ),
    (
        "rules of style belong into style.css",
        "スタイルは style.css に書いてください",
    ),
    (
        "pages of one's own run no scripts",
        "自店のページではスクリプトを使えません",
    ),
    (
        "values are always escaped; `autoescape` is not for pages of one's own",
        "値は必ずエスケープされます。自店のページで `autoescape` は使えません",
    ),
    (
        "a value within an element stands between quotation marks",
        "要素の中の値は引用符で囲んでください",
    ),
    ("a style holds no markup", "スタイルにタグは書けません"),
    (
        "a logo holds pictures only, no scripts, pages or entities",
        "ロゴに使えるのは図形だけです。スクリプト、ページ、実体参照は使えません",
    ),
    ("a logo runs no scripts", "ロゴではスクリプトを使えません"),
];
