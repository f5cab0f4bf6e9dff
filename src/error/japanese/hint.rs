//! What to do about an error, in Japanese.

use std::io;

use polars::prelude::PolarsError;

use super::phrases::demanded;
use super::{first_of, listed, quoted};
use crate::error::names::{file_of, is_unquoted, missing_column};
use crate::error::{Error, STDIN, argument, nearest};
use crate::store::{FilePlace, UnreadFile};

/// Returns what to do about it, where there is something to say.
pub(in crate::error) fn hint(error: &Error) -> Option<String> {
    Some(match error {
        Error::Io { source, .. } => return for_system(source),
        Error::Frame {
            source: PolarsError::IO { error, .. },
            ..
        } => return for_system(error),
        Error::FilesLeftOut { .. } => return None,
        Error::NoWorkspace { path } if path.is_file() => format!(
            "これはファイルです。`koe import {}` で取り込めます。`koe run` はワークスペースの `exports` フォルダにあるものをすべて取り込みます",
            argument(path)
        ),
        Error::IsOfWorkspace { workspace, .. } => format!(
            "`koe import -w {}` で、その `exports` フォルダにあるものをすべて取り込めます。ほかのファイルは、置いてあるフォルダを指定してください。書き出しファイルのフォルダの中にあるときは、外へ移してください",
            argument(workspace)
        ),
        Error::NoWorkspace { path } => format!(
            "`koe init {}` で作成できます。お店から書き出したファイルは、その中の `exports` フォルダに置いてください",
            argument(path)
        ),
        Error::NothingToImport { path } => format!(
            "お店から書き出したファイル(顧客、注文、投稿)を {} に置くか、`koe import ファイル名` のように指定してください",
            quoted(path)
        ),
        Error::AlreadyThere { path } => format!(
            "そのまま編集するか、{} を別の場所に移してから実行してください",
            quoted(path)
        ),
        Error::Locked { .. } => {
            "終わるまでお待ちください。`--wait 秒数` を付けると、koe が代わりに待ちます".to_owned()
        }
        Error::ChangedMeanwhile { .. } => {
            "何も書き込んでいません。同じコマンドをもう一度実行してください".to_owned()
        }
        Error::Damaged { path, .. } if path.ends_with("manifest.json") && !path.exists() => {
            "バックアップから戻してください。`koe consent` で受けた回答と消去を希望された方の記録は、保管庫にしかありません。戻せない場合は、`store` フォルダを別の場所に移してから取り込み直してください".to_owned()
        }
        Error::Damaged { .. } => {
            "無事なデータは `koe status` で確かめられます。新しいワークスペースを作り、書き出したファイルを取り込み直してください".to_owned()
        }
        Error::StoreVersion { .. } => "新しい koe をお使いください".to_owned(),
        Error::NoSubject { .. } => {
            "顧客の記録は SOURCE:CUSTOMER_ID(一覧は `koe query \"SELECT source, customer_id FROM persons\"`)、アカウントは PLATFORM:@HANDLE か PLATFORM:ID、投稿は SOURCE/POST_ID の形で指定してください".to_owned()
        }
        Error::NoCustomer { nearest, .. } if nearest.is_empty() => {
            "SOURCE:CUSTOMER_ID(一覧は `koe query \"SELECT source, customer_id FROM persons\"`)、顧客 ID、メールアドレス、電話番号、person_id、PLATFORM/HANDLE のいずれかで指定してください".to_owned()
        }
        Error::NoCustomer { nearest, .. } => format!("もしかして {} でしょうか", listed(nearest)),
        Error::SeveralSubjects { found, is_open, .. } => for_several(found.first()?, *is_open),
        Error::NoPurpose { nearest, known, .. } => {
            meant(nearest.as_deref(), &format!("目的は {} です", listed(known)))
        }
        Error::EndsBefore { .. } => {
            "`--expires` により後の日を指定するか、期限がなければ省略してください。すでに終わった同意を記録する場合は、`--at` でいつからの同意か指定してください".to_owned()
        }
        Error::NotConfirmed { .. } => {
            "`--dry-run` で消去される内容を確かめられます。`--yes` を付けると消去します".to_owned()
        }
        Error::BadWeights { .. } => {
            "このファイルは `koe join --save-weights ファイル名` で書き出せます".to_owned()
        }
        Error::UnknownLayout { found, .. } if found.is_empty() => {
            "ファイルが空か、表ではないようです。読み取れる形式は `koe import --help` にあります".to_owned()
        }
        Error::UnknownLayout {
            found,
            nearest: Some((section, missing)),
            ..
        } => format!(
            "見出しは {} です。`[import.layouts.{section}]` に近いものの、{} がありません",
            first_of(found),
            listed(missing)
        ),
        Error::UnknownLayout { found, path, .. } if path.starts_with(STDIN) => format!(
            "見出しは {} です。表であれば、ファイルに保存してから `koe init ワークスペース --from ファイル名` で列の対応を下書きできます",
            first_of(found)
        ),
        Error::UnknownLayout { found, path, .. } => format!(
            "見出しは {} です。表であれば `koe init ワークスペース --from {}` で列の対応を下書きできます。取り込まないファイルは、書き出しファイルのフォルダから移してください",
            first_of(found),
            argument(path)
        ),
        Error::NoSuchPart { found, .. } if found.is_empty() => {
            "アーカイブでもブックでもありません。ファイルだけを指定してください".to_owned()
        }
        Error::NoSuchPart { found, .. } => format!("含まれているのは {} です", first_of(found)),
        Error::RowsAbove { .. } => {
            "見出しより上の行を削除してください。この形式は、見出しが 1 行目にあるときに読み取れます".to_owned()
        }
        Error::NothingToMap { found, .. } if found.is_empty() => {
            "ファイルが空か、文字のファイルではないようです。書き出し直すか、別のファイルを指定してください".to_owned()
        }
        Error::NothingToMap { found, .. } => format!(
            "見出しは {} です。データの行の上に見出しの行が必要です。注文には日付、金額、購入者か注文番号、投稿には日付と本文、顧客には ID、メールアドレス、電話番号のいずれかが要ります。いずれかの表であれば、`[import.layouts.名前]` をご自身でお書きください",
            first_of(found)
        ),
        Error::ListOfRefusals { layout, .. } => format!(
            "拒否した方の一覧であれば、`source,customer_id,purpose,status,effective_at` の形の行に直してください。`table = \"consents\"` とし、拒否の内容を `fixed` に書いた `[import.layouts.名前]` を設けて、ファイルを `layout=名前` のフォルダに置くこともできます。そうでなければ、ファイル（またはそのように読めるフォルダやシート）の名前を変えるか、`layout={layout}` のフォルダに置いてください。それまで、このファイルは取り込まれず、配信リストも作成されません"
        ),
        Error::WhoseAnswers { sources, .. } => format!(
            "`{}_optout.csv` のように、ファイル名に店舗の名前を付けてください。`[import.layouts.名前]` に `source` をご自身で書くこともできます",
            sources.first()?
        ),
        Error::AmbiguousLayout { layouts, .. } => {
            format!("`--layout {}` のように、どの形式か指定してください", layouts.first()?)
        }
        Error::NoSuchLayout { nearest, .. } => {
            meant(nearest.as_deref(), "形式の一覧は `koe import --help` にあります")
        }
        Error::MissingColumn { column, found, .. } => for_column(column, found),
        Error::Malformed { .. } => {
            "もう一度書き出してください。ファイルに問題がなければ、`koe import --layout 形式` で読み方を指定できます".to_owned()
        }
        Error::NotATable { .. } => {
            "もう一度書き出してください。ログインしていないと、代わりにウェブページが保存されることがあります。中身がウェブページの `.xls` は、開いてブックか CSV に保存し直すと取り込めます".to_owned()
        }
        Error::NotAFile { path } => format!(
            "フォルダから移してください。パイプの内容は標準入力から取り込めます: `koe import - < {}`",
            argument(path)
        ),
        Error::Packed { .. } => "先に展開してから、中のファイルを取り込んでください".to_owned(),
        Error::Unopened { .. } => {
            "もう一度ダウンロードしてください。パスワードが付いている場合は、先に展開してください".to_owned()
        }
        Error::NoListOfDeletions { .. } => {
            "`--deleted` を付けずに取り込んでください。削除の一覧は、投稿の ID か URL を 1 行に 1 件ずつ書いたものです".to_owned()
        }
        Error::NoOrders { .. } => {
            "`--orders` には、EC やレジから書き出したファイルか、日付、金額、購入者のある表を指定してください。読み取れる形式は `koe import --help` にあります".to_owned()
        }
        Error::NoPurchases { left_out } if left_out.is_empty() => {
            "基準時点より後の注文は、まだないものとして扱います。`--as-of` をご確認ください".to_owned()
        }
        Error::NoPurchases { left_out } => {
            let reasons = left_out.iter().map(|(reason, count)| format!("{reason} {count} 件"));
            format!("除いた理由: {}", reasons.collect::<Vec<_>>().join("、"))
        }
        Error::UnreadableOrders { files, examples } => for_orders(files.first(), examples),
        Error::TooManyRejects { rejects, .. } => format!(
            "このファイルからは何も保存していません。{} を見て行を直すか、`--max-rejects` の値を上げてください",
            quoted(rejects)
        ),
        Error::ListsHeldBack { files, rows } => for_unread(files, !rows.is_empty()),
        Error::ListsBeforeImport { .. } => {
            "先に `koe import` で取り込んでください。`koe run` は、取り込みから配信リストの作成まで行います".to_owned()
        }
        Error::ListsLeft { .. } => {
            "同意が有効でなくなった方が含まれている可能性があります。配信には使わず、フォルダに書き込めるようにしてから同じコマンドをもう一度実行するか、手で削除してください".to_owned()
        }
        Error::ConfigSyntax { detail, .. } if is_unquoted(detail) => {
            "文字列は `lang = \"ja\"` のように引用符で囲んでください。条件の中では一重引用符を使います: `when = \"value_group = 'high'\"`".to_owned()
        }
        Error::ConfigEncoding { .. } => {
            "Shift_JIS(CP932)など別の文字コードで保存されているようです。UTF-8 で保存し直してください".to_owned()
        }
        Error::ConfigSyntax { .. } => {
            "すべての設定と既定値は `koe config show --defaults` で確かめられます".to_owned()
        }
        Error::UnknownSetting { nearest, .. } => {
            meant(nearest.as_deref(), "設定の一覧は `koe config show --defaults` で確かめられます")
        }
        Error::BadSetting { expected, .. } => demanded(expected),
        Error::NoTable { nearest: Some(nearest), .. } => {
            meant(Some(nearest), "表の一覧は `koe status` で確かめられます")
        }
        Error::NoTable { nearest: None, .. } => {
            "表の一覧は `koe status` で確かめられます。`koe run` を実行すると中身が入ります".to_owned()
        }
        Error::OtherTable { table, .. } => {
            format!("`koe query \"SELECT * FROM {table}\"` で表示できます")
        }
        Error::NotForTerminal => {
            "`-o ファイル名` を付けるか、`... --format parquet > ファイル名` のようにファイルへ書き込んでください".to_owned()
        }
        Error::Query { detail } => or_a_text(
            detail,
            "書き方の例は `koe query --help`、列の名前は `docs/schema.md` にあります".to_owned(),
        ),
        Error::Rule { detail, columns, .. } | Error::Audience { detail, columns, .. } => {
            or_a_text(detail, format!("条件に使える列は {} です", listed(columns)))
        }
        Error::NoAudience { nearest: Some(nearest), .. } => meant(
            Some(nearest),
            "新しく作る場合は、`--channel email` のようにチャネルを指定してください",
        ),
        Error::NoAudience { nearest: None, .. } => {
            "`[[audience.list]]` にある名前を指定するか、`--channel email` のようにチャネルを指定してください".to_owned()
        }
        Error::NoAudiences => {
            "`koe.toml` の `[[audience.list]]` に名前とチャネルを書くか、`koe audience 名前 --channel email` のように指定してください".to_owned()
        }
        Error::Template { .. } => {
            "テンプレートに使えるものは `docs/guide/report.md` にあります".to_owned()
        }
        Error::BadDate { .. } => {
            "`2026-09-27` か `2026-09-27T18:00:00+09:00` のように書いてください".to_owned()
        }
        Error::Frame { .. } | Error::Text { .. } | Error::Render { .. } => {
            "koe の不具合です。お手数ですが、実行したコマンドとこのメッセージを添えてご報告ください".to_owned()
        }
    })
}

/// Returns what may be meant where a name is near, and where all names are told.
fn meant(nearest: Option<&str>, all: &str) -> String {
    match nearest {
        Some(nearest) => format!("もしかして `{nearest}` でしょうか。{all}"),
        None => all.to_owned(),
    }
}

/// Tells first that what was taken for a column may be a text.
fn or_a_text(detail: &str, hint: String) -> String {
    match missing_column(detail) {
        Some(text) => format!(
            "`{text}` が文字列であれば、`'{text}'` のように一重引用符で囲んでください。{hint}"
        ),
        None => hint,
    }
}

fn for_system(error: &io::Error) -> Option<String> {
    let told = match error.kind() {
        io::ErrorKind::NotFound => "場所と名前をご確認ください",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "読み書きの権限を変えるか、`--workspace` で別の場所を指定してください"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "ディスクの空きを増やしてから、もう一度実行してください。保管庫は実行前のままです"
        }
        io::ErrorKind::IsADirectory => "フォルダではなく、ファイルを指定してください",
        _ => return None,
    };
    Some(told.to_owned())
}

fn for_several(first: &str, is_open: bool) -> String {
    match is_open {
        true => format!(
            "同じ方かどうかは `koe join` で分かります。お一人ずつ指定する場合は、SOURCE/CUSTOMER_ID の形にしてください(例: `{first}`)"
        ),
        false => format!("どなたか一人を指定してください(例: `{first}`)"),
    }
}

fn for_column(column: &str, found: &[String]) -> String {
    let headings = format!("見出しは {} です", first_of(found));
    match nearest(column, found.iter().map(String::as_str)) {
        Some(nearest) => format!("{headings}。もしかして `{nearest}` でしょうか"),
        None => headings,
    }
}

fn for_orders(file: Option<&String>, examples: &[String]) -> String {
    let file = file.and_then(|file| file_of(file));
    let file = file.map_or("ファイル名".to_owned(), |file| argument(file.as_ref()));
    format!(
        "{}。行を直すか、読み方を書く(`koe init SHOP --from {file}` の後に `--config SHOP/koe.toml`)か、`--set import.max_rejects=` の値を上げてください",
        examples.join("、")
    )
}

/// Returns what to do about files that were not imported, by where they lie.
fn for_unread(files: &[UnreadFile], has_rows: bool) -> String {
    let is_export = |file: &UnreadFile| file.place == FilePlace::Exports;
    let mut hints = Vec::new();
    if files.iter().any(is_export) {
        hints.push(
            "ファイルを直すか、書き出しファイルのフォルダから移して、`koe import` か `koe run` をもう一度実行してください",
        );
    }
    if has_rows {
        hints.push(
            "読み取れなかった行は、元のファイルで直すか、その回の `rejects` フォルダにあるファイルの行をすべて直して取り込んでください。`koe import --drop-unread` でその行なしに進めることもできます",
        );
    }
    if !files.iter().all(is_export) {
        hints.push(
            "フォルダの外のファイルは、直してからその場所を指定して取り込んでください。もう手に入らない場合は、`koe import --drop-unread` でそのファイルなしに進められます",
        );
    }
    hints.push("以前に作成したリストには、この内容が反映されていません。解決するまで配信に使わないでください");
    hints.join("。")
}
