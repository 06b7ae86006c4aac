import { mark } from "@portico/kit/icons";

/** The mark of Portico, on a tile of the brand colour. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d={mark} />
    </svg>
  );
}
