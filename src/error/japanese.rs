//! Errors in Japanese. What other crates say of their causes stays as it is, behind a colon.

mod hint;
mod phrases;

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;

use super::{Error, STDIN, file_in};
use crate::report::Lang;
use crate::store::{FilePlace, UnreadFile};

pub(super) use hint::hint;
use phrases::said;

/// Returns what went wrong, with its cause.
pub(super) fn text(error: &Error) -> String {
    match error {
        Error::Io {
            action,
            path,
            source,
        } => {
            format!("{}: {}", cannot(action, path), system_says(source))
        }
        Error::NoWorkspace { path } => format!("{} にワークスペースがありません", quoted(path)),
        Error::NothingToImport { path } => {
            format!("{} に取り込むファイルがありません", quoted(path))
        }
        Error::IsOfWorkspace { path, .. } => format!(
            "{} は koe のワークスペース(または、その store・out フォルダ)のため、書き出しファイルとしては取り込めません",
            quoted(path)
        ),
        Error::AlreadyThere { path } => format!("{} はすでにあります", quoted(path)),
        Error::Locked { path, holder } => {
            let who = holder.map_or_else(
                || "別の koe ".to_owned(),
                |process| format!("別の koe(プロセス {process})"),
            );
            format!("保管庫 {} は{who}が使用中です", quoted(path))
        }
        Error::ChangedMeanwhile { path } => format!(
            "計算している間に、別の koe が保管庫 {} を更新しました",
            quoted(path)
        ),
        Error::Damaged { path, detail } => {
            format!("保管庫の {} が壊れています: {}", quoted(path), said(detail))
        }
        Error::StoreVersion { found, known } => {
            format!("保管庫のバージョンは {found} ですが、この koe が扱えるのは {known} までです")
        }
        Error::NoSubject { subject } => format!("`{subject}` は保管庫に見つかりません"),
        Error::NoCustomer { subject, .. } => {
            format!("`{subject}` に当たるお客様は保管庫に見つかりません")
        }
        Error::SeveralSubjects { subject, found, .. } => {
            format!(
                "`{subject}` に当たる記録が複数あります: {}",
                first_of(found)
            )
        }
        Error::NoPurpose { purpose, .. } => format!("同意の目的に `{purpose}` はありません"),
        Error::EndsBefore { expires, begins } => {
            format!("`{begins}` に始まる同意の期限を `{expires}` にはできません")
        }
        Error::NotConfirmed { what } => format!("{}の確認が取れていません", said(what)),
        Error::BadWeights { path, detail } => format!(
            "{} は照合の重みとして読めません: {}",
            quoted(path),
            said(detail)
        ),
        Error::UnknownLayout { path, .. } => format!("{} は koe の知らない形式です", quoted(path)),
        Error::NoSuchPart { path, part, .. } => {
            format!("{} のなかに `{part}` はありません", quoted(path))
        }
        Error::RowsAbove {
            path,
            layout,
            row_count,
        } => format!(
            "{} は、形式 `{layout}` の見出しの上に {row_count} 行あります",
            quoted(path)
        ),
        Error::NothingToMap { path, .. } => format!(
            "{} は、顧客、注文、投稿、同意、連絡、施策のどの表とも判断できません",
            quoted(path)
        ),
        Error::ListOfRefusals { path, layout } => format!(
            "{} は `{layout}` の顧客一覧として読み取れますが、ファイルやフォルダ、シートの名前からは、配信停止や拒否、退会の一覧のようです",
            quoted(path)
        ),
        Error::WhoseAnswers { path, sources } => format!(
            "{} の回答がどの店舗のお客様のものか判断できません。登録されている店舗は {} です",
            quoted(path),
            listed(sources)
        ),
        Error::AmbiguousLayout { path, layouts } => format!(
            "{} は複数の形式に当てはまります: {}",
            quoted(path),
            listed(layouts)
        ),
        Error::NoSuchLayout { name, .. } => format!("`{name}` という形式はありません"),
        Error::MissingColumn { path, column, .. } => {
            format!("{} に列 `{column}` がありません", quoted(path))
        }
        Error::Malformed { path, line, detail } => {
            format!("{} を読み取れません: {}", place(path, *line), said(detail))
        }
        Error::NotATable {
            path,
            what: (what, _),
        } => {
            format!("{} は表ではなく、{what}です", quoted(path))
        }
        Error::NotAFile { path } => format!("{} は通常のファイルではありません", quoted(path)),
        Error::Packed { path } => {
            format!("{} は koe では展開できないアーカイブです", quoted(path))
        }
        Error::Unopened { path, detail } => {
            format!("{} を開けません: {}", quoted(path), said(detail))
        }
        Error::NoListOfDeletions { path, layout } => format!(
            "{} は削除された投稿の一覧ではなく、書き出しファイル({layout})です",
            quoted(path)
        ),
        Error::NoOrders { files } => format!("注文が見つかりません: {}", counted(files)),
        Error::NoPurchases { .. } => "お客様の購入として数えられる注文がありません".to_owned(),
        Error::UnreadableOrders { files, .. } => {
            format!("読み取れない行が多すぎます: {}", counted(files))
        }
        Error::TooManyRejects { files, .. } => format!(
            "読み取れない行が多すぎるため、取り込みませんでした: {}",
            counted(files)
        ),
        Error::FilesLeftOut { failed } => {
            let files: Vec<String> = failed.iter().map(|(file, _)| named(file)).collect();
            format!("取り込めなかったファイルがあります: {}", listed(&files))
        }
        Error::ListsHeldBack { files, rows } => format!(
            "配信リストは作成できません。取り込めなかったファイルや行に、配信停止や同意の撤回が含まれている可能性があるためです: {}",
            unread(files, rows)
        ),
        Error::ListsBeforeImport { files } => format!(
            "配信リストは作成できません。まだ取り込んでいないファイルに、配信停止や同意の撤回が含まれている可能性があるためです: {}",
            first_of(files)
        ),
        Error::ListsLeft { lists, source } => format!(
            "残してはならない配信リストを削除できません: {}: {}",
            first_of(lists),
            system_says(source)
        ),
        Error::ConfigSyntax { path, line, detail } => {
            let line = line.map(|line| format!("({line} 行目)"));
            format!(
                "{} は TOML として正しくありません{}: {detail}",
                quoted(path),
                line.unwrap_or_default()
            )
        }
        Error::ConfigEncoding { path } => format!("{} は UTF-8 ではありません", quoted(path)),
        Error::UnknownSetting { key, origin, .. } => {
            format!("`{key}` という設定はありません({})", said(origin))
        }
        Error::BadSetting { key, value, .. } => match phrases::stood(value) {
            Some(value) => format!("設定 `{key}` が正しくありません({value})"),
            None => format!("設定 `{key}` に `{value}` は使えません"),
        },
        Error::NoTable { table, .. } => format!("表 `{table}` がありません"),
        Error::OtherTable { table, stage } => {
            format!("表 `{table}` は `koe {stage}` が作る表ではありません")
        }
        Error::NotForTerminal => "Parquet は画面に表示できません".to_owned(),
        Error::Query { detail } => format!("SQL を実行できません: {}", said(detail)),
        Error::Rule {
            segment, detail, ..
        } => format!(
            "セグメント `{segment}` の条件を実行できません: {}",
            said(detail)
        ),
        Error::NoAudience { name, .. } => {
            format!("`{name}` という配信リストは設定にありません")
        }
        Error::NoAudiences => "設定に配信リストがありません".to_owned(),
        Error::Audience {
            audience, detail, ..
        } => format!(
            "配信リスト `{audience}` の条件を実行できません: {}",
            said(detail)
        ),
        Error::Frame {
            action,
            source: PolarsError::IO { error, .. },
        } => format!("表を読み書きできません({action}): {}", system_says(error)),
        Error::Frame { action, source } => format!("表を計算できません({action}): {source}"),
        Error::Text { detail } => format!("文章の解析を準備できません: {}", said(detail)),
        Error::Render { what, detail } => {
            format!("{} を作成できません: {detail}", said(what))
        }
        Error::Template { path, line, detail } => format!(
            "{} をテンプレートとして使えません: {}",
            place(path, line.and_then(|line| u64::try_from(line).ok())),
            said(detail)
        ),
        Error::BadDate { value } => {
            format!("`{value}` は日付としても日時としても読み取れません")
        }
    }
}

/// Returns what could not be done to a file or folder.
fn cannot(action: &str, path: &Path) -> String {
    let path = quoted(path);
    match action {
        "lock" => format!("{path} をロックできません"),
        "make a folder in" => format!("{path} にフォルダを作成できません"),
        "make the folder" => format!("フォルダ {path} を作成できません"),
        "open" => format!("{path} を開けません"),
        "read" => format!("{path} を読み込めません"),
        "remove" => format!("{path} を削除できません"),
        "rename" => format!("{path} の名前を変更できません"),
        "store" => format!("{path} を保存できません"),
        "write" | "write to" => format!("{path} に書き込めません"),
        other => format!("{path} を処理できません({other})"),
    }
}

/// Returns why the system refused, in its own words where the kind of error does not tell.
fn system_says(error: &io::Error) -> String {
    let told = match error.kind() {
        io::ErrorKind::NotFound => "見つかりません",
        io::ErrorKind::PermissionDenied => "権限がありません",
        io::ErrorKind::ReadOnlyFilesystem => "読み取り専用の場所です",
        io::ErrorKind::StorageFull => "ディスクの空き容量がありません",
        io::ErrorKind::QuotaExceeded => "ディスクの割り当て容量を超えています",
        io::ErrorKind::FileTooLarge => "ファイルが大きすぎます",
        io::ErrorKind::IsADirectory => "フォルダです",
        io::ErrorKind::NotADirectory => "フォルダではありません",
        io::ErrorKind::AlreadyExists => "すでにあります",
        io::ErrorKind::Interrupted => "中断されました",
        io::ErrorKind::TimedOut => "時間切れになりました",
        io::ErrorKind::UnexpectedEof => "ファイルが途中で終わっています",
        io::ErrorKind::ResourceBusy => "ほかのプログラムが使用中です",
        io::ErrorKind::OutOfMemory => "メモリが足りません",
        _ => return error.to_string(),
    };
    told.to_owned()
}

/// Returns the names of files that were not imported, those of each place together.
fn by_place(files: &[UnreadFile]) -> String {
    let mut places: Vec<FilePlace> = files.iter().map(|file| file.place).collect();
    places.sort_unstable();
    places.dedup();
    let of_place = |place: FilePlace| {
        let files = files.iter().filter(|file| file.place == place);
        let names: Vec<String> = files.map(|file| named(&file.file)).collect();
        format!("{}{}", place.told_in(Lang::Ja), first_of(&names))
    };
    let told: Vec<String> = places.into_iter().map(of_place).collect();
    told.join("。")
}

/// Returns the names of files that were not imported, and of those of which some rows were not.
fn unread(files: &[UnreadFile], rows: &[(String, u64)]) -> String {
    let of_rows = rows
        .iter()
        .map(|(file, count)| format!("`{}` の {count} 行", named(file)));
    let whole = (!files.is_empty()).then(|| by_place(files));
    let told: Vec<String> = whole.into_iter().chain(of_rows).collect();
    told.join("、")
}

fn quoted(path: &Path) -> String {
    let mut shown = PathBuf::new();
    match path.strip_prefix(STDIN) {
        Ok(inner) => {
            shown.push(named(STDIN));
            shown.extend(inner);
        }
        Err(_) => shown.push(path),
    }
    format!("`{}`", shown.display())
}

fn named(file: &str) -> String {
    file_in(file, Lang::Ja).to_owned()
}

fn place(path: &Path, line: Option<u64>) -> String {
    match line {
        Some(line) => format!("{} の {line} 行目", quoted(path)),
        None => quoted(path),
    }
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join("、")
}

/// Returns the first of many names, and how many there are besides.
fn first_of(names: &[String]) -> String {
    const SHOWN: usize = 8;
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} ほか {more} 件", listed(&names[..SHOWN])),
        _ => listed(names),
    }
}

/// Returns names of files, each perhaps with its rows: `broken.csv (10 of 20 rows)`.
fn counted(files: &[String]) -> String {
    let with_rows = |file: &str| {
        let (name, rows) = file.rsplit_once(" (")?;
        let (rejected, read) = rows.strip_suffix(" rows)")?.split_once(" of ")?;
        Some(format!("{}({read} 行中 {rejected} 行)", named(name)))
    };
    let files = files.iter();
    let files: Vec<String> = files
        .map(|file| with_rows(file).unwrap_or_else(|| file.clone()))
        .collect();
    listed(&files)
}
