import { Code } from './blocks';
import { GenericApiContent } from './shared/generic-api';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'api-spring-boot',
  name: 'Spring Boot',
  description: 'Check access tokens with the resource server of Spring Security.',
  category: 'API',
  applicationType: 'API',
  logo: { mark: 'Sp', color: '#4d7c0f' },
};

const settings = ({ issuer, resource }: GuideProps) => `spring:
  security:
    oauth2:
      resourceserver:
        jwt:
          issuer-uri: ${issuer}
          audiences: ${resource}
          jws-algorithms: ES384
`;

const security = `import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

@Configuration
public class SecurityConfiguration {
  @Bean
  SecurityFilterChain api(HttpSecurity http) throws Exception {
    return http
        .authorizeHttpRequests(requests -> requests
            .requestMatchers("/books").hasAuthority("SCOPE_read:books")
            .anyRequest().authenticated())
        .oauth2ResourceServer(server -> server.jwt(withDefaults()))
        .build();
  }
}
`;

export default function Content(props: GuideProps) {
  return (
    <GenericApiContent
      {...props}
      framework="Spring Boot"
      install="# add org.springframework.boot:spring-boot-starter-oauth2-resource-server to your build file"
    >
      <Code language="yaml" title="src/main/resources/application.yml">
        {settings(props)}
      </Code>
      <Code language="java" title="SecurityConfiguration.java">
        {security}
      </Code>
    </GenericApiContent>
  );
}
