import { icons, type IconName } from "@portico/kit/icons";

/** A decorative outline icon. */
export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${extra}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  );
}
