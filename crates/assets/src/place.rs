//! Where uploaded files are kept, as an operator says it.

use portico_model::StorageProvider;
use std::path::{Path, PathBuf};
use url::Url;

/// A folder, or a bucket with what is needed to open it.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub(crate) target: Target,
    /// Where others serve the files, when Portico need not: a public bucket or the network in front of one.
    pub(crate) public_url: Option<Url>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `az://container/prefix`, `gs://bucket/prefix`, or the provider's `https` address.
    Bucket {
        url: Url,
        options: Vec<(String, String)>,
    },
}

/// A place that cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum PlaceError {
    #[error("{0:?} is neither a folder nor the address of a bucket")]
    Unknown(String),
    #[error("the storage provider lacks {0}")]
    Missing(&'static str),
    #[error("{0} of the storage provider cannot be understood")]
    Invalid(&'static str),
}

/// Shows where, and no credentials.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.target {
            Target::Folder(path) => write!(f, "{}", path.display()),
            Target::Bucket { url, .. } => f.write_str(url.as_str()),
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({self})")
    }
}

impl Place {
    /// A folder of this machine.
    #[must_use]
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { target: Target::Folder(path.into()), public_url: None }
    }

    /// A path, a `file:` address, or the address of a bucket. `options` are the settings that the providers' own tools
    /// know as environment variables, for example `AWS_REGION`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str, options: Vec<(String, String)>) -> Result<Self, PlaceError> {
        let unknown = || PlaceError::Unknown(text.to_owned());
        match Url::parse(text) {
            Ok(url) if url.scheme() == "file" => url.to_file_path().map(Self::folder).map_err(|()| unknown()),
            Ok(url) if matches!(url.scheme(), "s3" | "az" | "gs" | "https") => {
                Ok(Self { target: Target::Bucket { url, options }, public_url: None })
            }
            Ok(url) if url.scheme().len() > 1 => Err(unknown()),
            // A path, or one that begins with the letter of a drive.
            _ if text.is_empty() => Err(unknown()),
            _ => Ok(Self::folder(Path::new(text))),
        }
    }

    /// Lets others serve the files at this address.
    #[must_use]
    pub fn with_public_url(mut self, url: Option<Url>) -> Self {
        self.public_url = url.or(self.public_url);
        self
    }

    /// What the stored settings of the tenant's service say.
    ///
    /// # Errors
    /// When something is missing or cannot be understood.
    pub fn from_provider(provider: &StorageProvider) -> Result<Self, PlaceError> {
        let (url, options, public_url) = match provider {
            StorageProvider::S3Storage { public_url, .. } => s3(provider).map(|(u, o)| (u, o, public_url))?,
            StorageProvider::AzureStorage { connection_string, container, public_url } => {
                (bucket("az", container)?, azure_options(connection_string)?, public_url)
            }
            StorageProvider::GoogleStorage { key_filename, bucket_name, public_url, .. } => {
                let options = vec![("google_service_account".to_owned(), key_filename.clone())];
                (bucket("gs", bucket_name)?, options, public_url)
            }
        };
        let public_url = match public_url.as_deref().filter(|url| !url.is_empty()) {
            Some(text) => Some(Url::parse(text).map_err(|_| PlaceError::Invalid("publicUrl"))?),
            None => None,
        };
        Ok(Self { target: Target::Bucket { url, options }, public_url })
    }
}

fn bucket(scheme: &str, name: &str) -> Result<Url, PlaceError> {
    Url::parse(&format!("{scheme}://{name}")).map_err(|_| PlaceError::Invalid("the bucket's name"))
}

type Parts = (Url, Vec<(String, String)>);

fn s3(provider: &StorageProvider) -> Result<Parts, PlaceError> {
    let StorageProvider::S3Storage {
        endpoint,
        region,
        bucket: name,
        force_path_style,
        access_key_id,
        access_secret_key,
        ..
    } = provider
    else {
        return Err(PlaceError::Invalid("provider"));
    };
    let mut options = vec![
        ("aws_access_key_id".to_owned(), access_key_id.clone()),
        ("aws_secret_access_key".to_owned(), access_secret_key.clone()),
    ];
    let mut region = region.clone();
    if let Some(endpoint) = endpoint.as_deref().filter(|endpoint| !endpoint.is_empty()) {
        let mut url = Url::parse(endpoint).map_err(|_| PlaceError::Invalid("endpoint"))?;
        let host = url.host_str().ok_or(PlaceError::Invalid("endpoint"))?.to_owned();
        // `s3.eu-west-1.amazonaws.com` names its region.
        let named = host.strip_suffix(".amazonaws.com").and_then(|host| host.strip_prefix("s3."));
        region = region.or_else(|| named.map(str::to_owned));
        if force_path_style.unwrap_or(false) {
            options.push(("aws_virtual_hosted_style_request".to_owned(), "false".to_owned()));
        } else {
            url.set_host(Some(&format!("{name}.{host}"))).map_err(|_| PlaceError::Invalid("endpoint"))?;
            options.push(("aws_virtual_hosted_style_request".to_owned(), "true".to_owned()));
        }
        if url.scheme() == "http" {
            options.push(("allow_http".to_owned(), "true".to_owned()));
        }
        options.push(("aws_endpoint".to_owned(), url.as_str().trim_end_matches('/').to_owned()));
    } else if region.is_none() {
        return Err(PlaceError::Missing("region or endpoint"));
    }
    options.push(("aws_region".to_owned(), region.unwrap_or_else(|| "us-east-1".to_owned())));
    Ok((bucket("s3", name)?, options))
}

/// `AccountName=…;AccountKey=…;EndpointSuffix=…`, as the provider's portal shows it.
fn azure_options(connection_string: &str) -> Result<Vec<(String, String)>, PlaceError> {
    let mut options = Vec::new();
    let mut account = None;
    let (mut protocol, mut suffix, mut endpoint) = ("https", None, None);
    for pair in connection_string.split(';').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(PlaceError::Invalid("connectionString"))?;
        match key.trim() {
            "AccountName" => account = Some(value),
            "AccountKey" => options.push(("azure_storage_account_key".to_owned(), value.to_owned())),
            "SharedAccessSignature" => options.push(("azure_storage_sas_key".to_owned(), value.to_owned())),
            "BlobEndpoint" => endpoint = Some(value.trim_end_matches('/').to_owned()),
            "EndpointSuffix" => suffix = Some(value),
            "DefaultEndpointsProtocol" => protocol = value,
            _ => {}
        }
    }
    if endpoint.is_none()
        && let (Some(account), Some(suffix)) = (account, suffix)
    {
        endpoint = Some(format!("{protocol}://{account}.blob.{suffix}"));
    }
    // A string with a signature names the account in the endpoint only.
    let in_endpoint = endpoint.as_deref().and_then(|url| url.split("://").nth(1)?.split('.').next());
    let account = account.or(in_endpoint).ok_or(PlaceError::Missing("AccountName in connectionString"))?;
    options.push(("azure_storage_account_name".to_owned(), account.to_owned()));
    if let Some(endpoint) = endpoint {
        if endpoint.starts_with("http://") {
            options.push(("allow_http".to_owned(), "true".to_owned()));
        }
        options.push(("azure_storage_endpoint".to_owned(), endpoint));
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn options(provider: Value) -> Result<Vec<(String, String)>, PlaceError> {
        let place = Place::from_provider(&serde_json::from_value(provider).unwrap())?;
        match place.target {
            Target::Bucket { options, .. } => Ok(options),
            Target::Folder(_) => unreachable!("providers are buckets"),
        }
    }

    fn has(options: &[(String, String)], key: &str, value: &str) -> bool {
        options.iter().any(|(k, v)| k == key && v == value)
    }

    #[test]
    fn folders_and_buckets_are_told_apart() {
        for (text, shown) in
            [("./data/assets", "./data/assets"), ("/srv/assets", "/srv/assets"), ("file:///srv/a", "/srv/a")]
        {
            assert_eq!(Place::parse(text, Vec::new()).unwrap().to_string(), shown);
        }
        assert!(matches!(Place::parse("s3://b/p", Vec::new()).unwrap().target, Target::Bucket { .. }));
        assert!(Place::parse("ftp://b/p", Vec::new()).is_err());
        assert!(Place::parse("", Vec::new()).is_err());
    }

    #[test]
    fn the_stored_settings_of_s3_are_understood() {
        let keys = json!({ "provider": "S3Storage", "bucket": "b", "accessKeyId": "id", "accessSecretKey": "secret" });
        let with = |more: Value| {
            let mut all = keys.as_object().unwrap().clone();
            all.extend(more.as_object().unwrap().clone());
            options(Value::Object(all))
        };
        assert_eq!(with(json!({})), Err(PlaceError::Missing("region or endpoint")));
        assert!(has(&with(json!({ "region": "eu-west-1" })).unwrap(), "aws_region", "eu-west-1"));
        let amazon = with(json!({ "endpoint": "https://s3.eu-west-3.amazonaws.com" })).unwrap();
        assert!(has(&amazon, "aws_region", "eu-west-3"));
        assert!(has(&amazon, "aws_endpoint", "https://b.s3.eu-west-3.amazonaws.com"));
        let minio = with(json!({ "endpoint": "http://minio:9000", "forcePathStyle": true })).unwrap();
        assert!(has(&minio, "aws_endpoint", "http://minio:9000") && has(&minio, "allow_http", "true"));
        assert!(has(&minio, "aws_region", "us-east-1"));
    }

    #[test]
    fn the_stored_settings_of_azure_are_understood() {
        let azure = |text: &str| {
            options(json!({ "provider": "AzureStorage", "container": "c", "connectionString": text }))
        };
        let key = azure(
            "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=a2V5==;EndpointSuffix=core.windows.net",
        )
        .unwrap();
        assert!(has(&key, "azure_storage_account_key", "a2V5=="));
        assert!(has(&key, "azure_storage_endpoint", "https://me.blob.core.windows.net"));
        let signature =
            azure("BlobEndpoint=https://you.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x")
                .unwrap();
        assert!(has(&signature, "azure_storage_account_name", "you"));
        assert!(has(&signature, "azure_storage_sas_key", "sv=1&sig=x"));
        assert!(azure("AccountKey=k").is_err() && azure("nonsense").is_err());
    }

    #[test]
    fn credentials_are_not_shown() {
        let provider = json!({ "provider": "S3Storage", "bucket": "b", "region": "r", "accessKeyId": "id", "accessSecretKey": "s3cret" });
        let place = Place::from_provider(&serde_json::from_value(provider).unwrap()).unwrap();
        assert!(!format!("{place} {place:?}").contains("s3cret"));
    }
}
