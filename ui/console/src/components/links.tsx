/** Mantine parts that lead to a page of the Console, with addresses checked by the compiler. */
import { Anchor, Button, NavLink, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type AnchorButtonProps = ButtonProps & Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps>;

/** Looks like a button; is a link, since it changes the address. */
function AnchorButton(props: AnchorButtonProps) {
  return <Button component="a" {...props} />;
}

export const LinkButton = createLink(AnchorButton);
export const LinkAnchor = createLink(Anchor<'a'>);
export const LinkEntry = createLink(NavLink<'a'>);
