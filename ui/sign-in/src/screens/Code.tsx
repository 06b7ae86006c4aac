import { useEffect, useState } from "preact/hooks";
import { isSilent } from "../api";
import { resendCode, submitCode } from "../flow";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Page } from "../parts/Page";
import { t } from "../phrases";
import { navigate } from "../router";
import { kept } from "../session";
import { useForm } from "../useForm";
import { useView } from "../view";

const length = 6;
/** Seconds until another code may be asked for. */
const patience = 60;

/** Takes the digits of a code, in Arabic and full-width forms too, and nothing else. */
function digits(typed: string): string {
  const plain = typed.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) =>
    String(digit.charCodeAt(0) & 0x0f),
  );
  return plain.replace(/\D/g, "").slice(0, length);
}

/** Seconds that count down to zero, and a way to start again. */
function useCountdown(): [number, () => void] {
  const [end, setEnd] = useState(() => Date.now() + patience * 1000);
  const [left, setLeft] = useState(patience);
  useEffect(() => {
    const update = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    update();
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return [left, () => setEnd(Date.now() + patience * 1000)];
}

/** Asks for the code that was sent; the sixth digit sends it off. */
export default function Code() {
  const { settings } = useView();
  const { code: sent } = kept();
  const [value, setValue] = useState("");
  const [error, setError] = useState<string>();
  const [left, restart] = useCountdown();
  const form = useForm(async () => {
    try {
      await submitCode(settings, value);
    } catch (failure) {
      setValue("");
      throw failure;
    }
  });
  const again = useForm(async () => {
    await resendCode();
    setValue("");
    restart();
    return "stay";
  });
  useEffect(() => {
    if (!sent && !isSilent()) navigate("/sign-in", true);
  }, []);
  useEffect(() => {
    if (value.length === length) void form.run();
  }, [value]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (value.length === length) void form.run();
    else setError(t("error.code_required"));
  };
  return (
    <Page title={t("description.enter_code")} subtitle={t("description.code_sent", { address: sent?.address.value ?? "" })}>
      <form class="logto_form" onSubmit={submit} noValidate>
        <Alert message={form.failure ?? again.failure} />
        <Field
          label={t("input.code")}
          name="code"
          autocomplete="one-time-code"
          inputmode="numeric"
          dir="ltr"
          value={value}
          onValue={(typed) => {
            setValue(digits(typed));
            setError(undefined);
          }}
          error={error}
        />
        <Button type="submit" busy={form.busy}>
          {t("action.continue")}
        </Button>
        <Button kind="secondary" busy={again.busy} disabled={left > 0} onClick={() => void again.run()}>
          {left > 0 ? t("description.resend_in", { seconds: left }) : t("action.resend")}
        </Button>
      </form>
    </Page>
  );
}
