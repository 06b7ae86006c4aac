/** Mantine parts that lead to a page of the Console, with addresses checked by the compiler. */
import { Anchor, Button, NavLink } from '@mantine/core';
import { createLink } from '@tanstack/react-router';

export const LinkButton = createLink(Button<'a'>);
export const LinkAnchor = createLink(Anchor<'a'>);
export const LinkEntry = createLink(NavLink<'a'>);
