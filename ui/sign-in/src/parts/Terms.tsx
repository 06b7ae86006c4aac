import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { joined, t } from "../phrases";
import { keep, kept } from "../session";
import { useView } from "../view";

/** Puts content where a phrase has `<link></link>`. */
export function Filled({ phrase, children }: { phrase: string; children: ComponentChildren }) {
  const [before = "", after = ""] = phrase.split("<link></link>");
  return (
    <>
      {before}
      {children}
      {after}
    </>
  );
}

interface Addresses {
  termsOfUseUrl?: string | null | undefined;
  privacyPolicyUrl?: string | null | undefined;
}

const isWeb = (address: string) => /^https?:\/\//i.test(address);

/** Links to the documents, joined as the language does; undefined when there are none. */
export function documentLinks({ termsOfUseUrl, privacyPolicyUrl }: Addresses): ComponentChildren {
  const links = [
    { address: termsOfUseUrl, name: t("description.terms_of_use") },
    { address: privacyPolicyUrl, name: t("description.privacy_policy") },
  ].filter((link): link is { address: string; name: string } => Boolean(link.address && isWeb(link.address)));
  if (links.length === 0) return undefined;
  // The joining word comes from the language's own list format.
  const [, between = ""] = /^\u0001(.*)\u0002$/.exec(joined(["\u0001", "\u0002"], "conjunction")) ?? [];
  return links.map((link, index) => (
    <Fragment key={link.name}>
      {index > 0 && between}
      <a class="link logto_link" href={link.address} target="_blank" rel="noopener noreferrer">
        {link.name}
      </a>
    </Fragment>
  ));
}

/**
 * The terms on a screen. `tick` is a box to be ticked before the main button, `note` the sentence
 * below it where going on is enough; at most one of them is there.
 */
export function useTerms(screen: "signIn" | "register") {
  const { settings } = useView();
  const [accepted, setAccepted] = useState(Boolean(kept().termsAccepted));
  const [error, setError] = useState<string>();
  const links = documentLinks(settings);
  const policy = settings.agreeToTermsPolicy;
  const needed = Boolean(links) && (policy === "Manual" || (policy === "ManualRegistrationOnly" && screen === "register"));

  /** True when the flow may go on; otherwise asks for the tick. */
  const check = () => {
    if (!needed || accepted) return true;
    setError(t("error.terms_acceptance_required"));
    return false;
  };

  const tick = needed && (
    <div class="tick logto_terms">
      <label class="checkbox">
        <input
          type="checkbox"
          checked={accepted}
          aria-invalid={error ? "true" : undefined}
          onChange={(event) => {
            setAccepted(event.currentTarget.checked);
            keep({ termsAccepted: event.currentTarget.checked });
            setError(undefined);
          }}
        />
        <span>
          <Filled phrase={t("description.agree_with_terms")}>{links}</Filled>
        </span>
      </label>
      <div class="field-error" aria-live="polite">
        {error}
      </div>
    </div>
  );
  const note = links && policy === "Automatic" && (
    <p class="terms logto_terms">
      <Filled phrase={t("description.auto_agreement")}>{links}</Filled>
    </p>
  );
  return { check, tick, note };
}
