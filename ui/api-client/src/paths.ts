/** Names for the parts of the generated `management.d.ts` that the web apps speak about. */
import type { components } from './management';

export type { paths } from './management';

type Schemas = components['schemas'];

/** Data whose shape only its owner knows. */
export type JsonObject = Record<string, unknown>;

export type Application = Schemas['ApplicationResponse'];
export type ApplicationCreate = Schemas['ApplicationCreate'];
export type ApplicationPatch = Schemas['ApplicationPatch'];
export type ApplicationSecret = Schemas['ApplicationSecret'];
export type ApplicationSecretCreate = Schemas['ApplicationSecretCreate'];
export type ApplicationType = Schemas['ApplicationType'];
export type CustomClientMetadata = Schemas['CustomClientMetadata'];
export type OidcClientMetadata = Schemas['OidcClientMetadata'];

export type Connector = Schemas['ConnectorResponse'];
export type ConnectorCreate = Schemas['ConnectorCreate'];
export type ConnectorFactory = Schemas['ConnectorFactory'];
export type ConnectorFormItem = Schemas['ConnectorFormItem'];
export type ConnectorMetadata = Schemas['ConfigurableConnectorMetadata'];
export type ConnectorPatch = Schemas['ConnectorPatch'];
/** A text by language tag. Operators name connectors themselves, so what is in it is looked at before it is shown. */
export type Localized = Schemas['ConnectorResponse']['name'];
export type ConnectorType = Schemas['ConnectorType'];

export type Resource = Schemas['ResourceResponse'];
export type ResourceCreate = Schemas['ResourceCreate'];

export type AgreeToTermsPolicy = Schemas['AgreeToTermsPolicy'];
export type PasswordPolicy = Schemas['PartialPasswordPolicy'];
export type SignInExperience = Schemas['SignInExperience'];
export type SignInExperiencePatch = Schemas['SignInExperiencePatch'];
export type SignInIdentifier = Schemas['SignInIdentifier'];
export type SignInMethod = Schemas['SignInMethod'];
export type SignInMode = Schemas['SignInMode'];
export type SignUp = Schemas['SignUp'];

export type User = Schemas['UserResponse'];
export type UserCreate = Schemas['UserCreate'];
export type UserIdentity = Schemas['Identity'];
export type UserPatch = Schemas['UserPatch'];
export type UserProfile = Schemas['UserProfile'];
