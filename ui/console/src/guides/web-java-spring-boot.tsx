import { Code } from './blocks';
import { GenericOidcContent } from './shared/generic-oidc';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'web-java-spring-boot',
  name: 'Java Spring Boot',
  description: 'The OAuth 2.0 client of Spring Security.',
  category: 'Traditional',
  applicationType: 'Traditional',
  logo: { mark: 'Sp', color: '#4d7c0f' },
  isFeatured: true,
  order: 1.6,
};

const settings = (props: GuideProps) => `spring:
  security:
    oauth2:
      client:
        registration:
          logto:
            client-id: ${props.appId}
            client-secret: \${LOGTO_APP_SECRET}
            scope: openid,offline_access,profile,email
            authorization-grant-type: authorization_code
            redirect-uri: '{baseUrl}/login/oauth2/code/{registrationId}'
        provider:
          logto:
            issuer-uri: ${props.issuer}
            user-name-attribute: sub
`;

const security = `@Configuration
@EnableWebSecurity
public class SecurityConfiguration {
  // Spring Security checks ID tokens for RS256 unless it is told otherwise.
  @Bean
  public JwtDecoderFactory<ClientRegistration> idTokenDecoderFactory() {
    var factory = new OidcIdTokenDecoderFactory();
    factory.setJwsAlgorithmResolver(registration -> SignatureAlgorithm.ES384);
    return factory;
  }
}
`;

export default function Content(props: GuideProps) {
  return (
    <GenericOidcContent
      {...props}
      flow="Traditional"
      framework="Spring Boot"
      sdk={{
        name: 'spring-boot-starter-oauth2-client',
        source: 'Maven Central, group org.springframework.boot',
      }}
      redirectUri="http://localhost:8080/login/oauth2/code/logto"
      postLogoutRedirectUri="http://localhost:8080"
    >
      <Code language="yaml" title="src/main/resources/application.yml">
        {settings(props)}
      </Code>
      <Code language="java" title="SecurityConfiguration.java">
        {security}
      </Code>
    </GenericOidcContent>
  );
}
