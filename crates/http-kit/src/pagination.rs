//! `page` and `page_size`, and the headers that answer them.

use crate::{ApiError, JsonBody};
use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header, request::Parts},
};
use portico_model::ErrorCode;
use portico_store::{Listed, Page};

/// Page size when the request names none.
pub const DEFAULT_PAGE_SIZE: u32 = 20;
/// Largest page size.
pub const MAX_PAGE_SIZE: u32 = 100;
/// Most rows of a list that is shown whole.
pub const MAX_UNPAGED: i64 = 10_000;

/// The part of a list a request asks for.
#[derive(Clone, Debug)]
pub struct Pagination {
    /// First page is 1.
    pub page: u32,
    /// Rows a page.
    pub page_size: u32,
    /// Whether the request named neither: some lists then return everything.
    pub is_absent: bool,
    uri: Uri,
}

impl Pagination {
    /// The part of a stored list.
    #[must_use]
    pub fn rows(&self) -> Page {
        Page { limit: self.limit(), offset: self.offset() }
    }

    /// The answer that shows one page of a list.
    #[must_use]
    pub fn answer<T>(&self, listed: Listed<T>) -> (HeaderMap, JsonBody<Vec<T>>) {
        (self.headers(listed.total), JsonBody(listed.items))
    }

    /// The part of a stored list that is shown whole when the request asks for no page.
    #[must_use]
    pub fn rows_or_all(&self) -> Page {
        if self.is_absent { Page { limit: MAX_UNPAGED, offset: 0 } } else { self.rows() }
    }

    /// The answer that shows one page of a list, or all of it when the request asks for no page.
    #[must_use]
    pub fn answer_or_all<T>(&self, listed: Listed<T>) -> (HeaderMap, JsonBody<Vec<T>>) {
        if self.is_absent { (HeaderMap::new(), JsonBody(listed.items)) } else { self.answer(listed) }
    }

    /// Rows to return.
    #[must_use]
    pub fn limit(&self) -> i64 {
        i64::from(self.page_size)
    }

    /// Rows to skip.
    #[must_use]
    pub fn offset(&self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.page_size)
    }

    /// `Total-Number` and `Link` headers (RFC 8288) for a list of `total` rows.
    #[must_use]
    pub fn headers(&self, total: i64) -> HeaderMap {
        self.counted_headers(total, false)
    }

    /// The same for a list that was counted no further than one beyond `most`: a longer one says that its count is
    /// capped, and its end is unknown.
    #[must_use]
    pub fn capped_headers(&self, total: i64, most: i64) -> HeaderMap {
        self.counted_headers(total.min(most), total > most)
    }

    fn counted_headers(&self, total: i64, is_capped: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static("total-number"), HeaderValue::from(total));
        if is_capped {
            let name = HeaderName::from_static("total-number-is-capped");
            headers.insert(name, HeaderValue::from_static("true"));
        }
        let size = self.limit();
        let last = u32::try_from((total + size - 1) / size).unwrap_or(u32::MAX).max(1);
        let mut link = |page: u32, relation: &str| {
            if let Ok(value) =
                HeaderValue::from_str(&format!("<{}>; rel=\"{relation}\"", self.with_page(page)))
            {
                headers.append(header::LINK, value);
            }
        };
        link(1, "first");
        if self.page > 1 {
            link(self.page - 1, "prev");
        }
        if !is_capped {
            link(last, "last");
            if self.page < last {
                link(self.page + 1, "next");
            }
        }
        headers
    }

    fn with_page(&self, page: u32) -> String {
        let kept =
            self.uri.query().unwrap_or_default().split('&').filter(|pair| {
                !pair.is_empty() && !pair.starts_with("page=") && !pair.starts_with("page_size=")
            });
        let mut query = format!("page={page}&page_size={}", self.page_size);
        for pair in kept {
            query.push('&');
            query.push_str(pair);
        }
        let origin = match (self.uri.scheme_str(), self.uri.authority()) {
            (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
            _ => String::new(),
        };
        format!("{origin}{}?{query}", self.uri.path())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pagination {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let uri = match OriginalUri::from_request_parts(parts, state).await {
            Ok(OriginalUri(uri)) => uri,
            Err(never) => match never {},
        };
        let find = |name: &str| {
            let query = uri.query().unwrap_or_default();
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let invalid = || ApiError::new(ErrorCode::GuardInvalidPagination);
        let number = |text: Option<String>, default: u32| match text {
            None => Ok(default),
            Some(text) => text.parse::<u32>().ok().filter(|number| *number >= 1).ok_or_else(invalid),
        };
        let (page, size) = (find("page"), find("page_size"));
        let is_absent = page.is_none() && size.is_none();
        let page = number(page, 1)?;
        let page_size = number(size, DEFAULT_PAGE_SIZE)?;
        if page_size > MAX_PAGE_SIZE {
            return Err(invalid());
        }
        Ok(Self { page, page_size, is_absent, uri })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn parse(uri: &str) -> Result<Pagination, ApiError> {
        let (mut parts, ()) = Request::get(uri).body(()).unwrap().into_parts();
        Pagination::from_request_parts(&mut parts, &()).await
    }

    fn links(pagination: &Pagination, total: i64) -> Vec<String> {
        let headers = pagination.headers(total);
        headers.get_all(header::LINK).iter().map(|link| link.to_str().unwrap().to_owned()).collect()
    }

    #[tokio::test]
    async fn defaults_to_the_first_twenty() {
        let pagination = parse("/api/users").await.unwrap();
        assert_eq!((pagination.limit(), pagination.offset(), pagination.is_absent), (20, 0, true));
    }

    #[tokio::test]
    async fn a_capped_count_says_so_and_knows_no_end() {
        let pagination = parse("/api/logs?page=2").await.unwrap();
        let capped = pagination.capped_headers(101, 100);
        assert_eq!(
            (&capped["total-number"], &capped["total-number-is-capped"]),
            (&"100".parse().unwrap(), &"true".parse().unwrap())
        );
        assert_eq!(capped.get_all(header::LINK).iter().count(), 2);
        assert_eq!(pagination.capped_headers(100, 100), pagination.headers(100));
    }

    #[tokio::test]
    async fn refuses_what_is_out_of_range() {
        for query in ["page=0", "page=-1", "page=x", "page_size=0", "page_size=101"] {
            assert!(parse(&format!("/api/users?{query}")).await.is_err(), "{query}");
        }
    }

    #[tokio::test]
    async fn links_keep_the_other_parameters() {
        let pagination = parse("/api/users?search=%25a&page=2&page_size=2").await.unwrap();
        assert_eq!(
            links(&pagination, 5),
            [
                "</api/users?page=1&page_size=2&search=%25a>; rel=\"first\"",
                "</api/users?page=1&page_size=2&search=%25a>; rel=\"prev\"",
                "</api/users?page=3&page_size=2&search=%25a>; rel=\"last\"",
                "</api/users?page=3&page_size=2&search=%25a>; rel=\"next\"",
            ]
        );
    }
}
