import { useState } from "preact/hooks";
import { reactTo } from "./flow";

/** Says that the form has shown what is wrong at one of its fields and waits for another try. */
export const stay = "stay";

/** Runs the action of a form once at a time and keeps what went wrong. */
export function useForm(action: () => Promise<typeof stay | void>) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      // Success leaves the page: the button stays busy until the next one arrives.
      if ((await action()) === stay) setBusy(false);
    } catch (error) {
      setFailure(reactTo(error));
      setBusy(false);
    }
  };
  return { busy, failure, run };
}
