import { ActionIcon, Group, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './sortable-list.module.css';

interface SortableListProps<Item> {
  /** What the list is, for screen readers. */
  label: string;
  items: Item[];
  itemKey: (item: Item) => string;
  /** How a row is called on its buttons. */
  itemName: (item: Item) => string;
  onChange: (items: Item[]) => void;
  children: (item: Item, index: number) => ReactNode;
}

/** A list whose rows are put into order with the mouse, or with buttons, which also work by touch and keyboard. */
export function SortableList<Item>({ label, items, itemKey, itemName, onChange, children }: SortableListProps<Item>) {
  const { t } = useTranslation();
  const { announcement, list, move } = useMoves({ items, itemName, onChange });
  const drag = useDragging(items, onChange);

  return (
    <>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
      <ol ref={list} className={classes.list} aria-label={label}>
        {items.map((item, index) => (
          <li key={itemKey(item)} className={classes.row} draggable {...drag(index)}>
            <IconGripVertical size={16} className={classes.grip} aria-hidden />
            <div className={classes.content}>{children(item, index)}</div>
            <Group gap={0} wrap="nowrap">
              <RowButton
                label={t('common.moveUp', { thing: itemName(item) })}
                move="up"
                disabled={index === 0}
                onClick={() => move(item, index, 'up')}
              >
                <IconArrowUp size={15} />
              </RowButton>
              <RowButton
                label={t('common.moveDown', { thing: itemName(item) })}
                move="down"
                disabled={index === items.length - 1}
                onClick={() => move(item, index, 'down')}
              >
                <IconArrowDown size={15} />
              </RowButton>
              <RowButton
                label={t('common.removeThing', { thing: itemName(item) })}
                onClick={() => onChange(items.filter((each) => each !== item))}
              >
                <IconX size={15} />
              </RowButton>
            </Group>
          </li>
        ))}
      </ol>
    </>
  );
}

type Direction = 'up' | 'down';

/** Moves by button: what is said about them, and the focus that follows the row. */
function useMoves<Item>({ items, itemName, onChange }: Pick<SortableListProps<Item>, 'items' | 'itemName' | 'onChange'>) {
  const { t } = useTranslation();
  const [announcement, setAnnouncement] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const refocus = useRef<{ index: number; direction: Direction }>(undefined);

  // A row that moves in the document loses the focus, and at the end of the list its button is disabled.
  useEffect(() => {
    const wanted = refocus.current;
    refocus.current = undefined;
    if (!wanted) return;
    const buttons = [...(list.current?.children[wanted.index]?.querySelectorAll<HTMLButtonElement>('[data-move]') ?? [])];
    const enabled = buttons.filter((button) => !button.disabled);
    (enabled.find((button) => button.dataset.move === wanted.direction) ?? enabled[0])?.focus();
  }, [items]);

  const move = (item: Item, from: number, direction: Direction) => {
    const index = direction === 'up' ? from - 1 : from + 1;
    refocus.current = { index, direction };
    setAnnouncement(t('common.movedTo', { thing: itemName(item), position: index + 1, total: items.length }));
    onChange(moved(items, from, index));
  };
  return { announcement, list, move };
}

/** Attributes of a row that can be dragged onto another one of the same list. */
function useDragging<Item>(items: Item[], onChange: (items: Item[]) => void) {
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const end = () => {
    setDragged(undefined);
    setOver(undefined);
  };
  return (index: number) => ({
    'data-dragged': dragged === index || undefined,
    'data-over': over === index && dragged !== index ? true : undefined,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.effectAllowed = 'move';
      setDragged(index);
    },
    onDragOver: (event: DragEvent) => {
      // Only rows of this list, not a file or a row of another one.
      if (dragged === undefined) return;
      event.preventDefault();
      setOver(index);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (dragged !== undefined && dragged !== index) onChange(moved(items, dragged, index));
      end();
    },
    onDragEnd: end,
  });
}

interface RowButtonProps {
  label: string;
  move?: Direction;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function RowButton({ label, move, disabled, onClick, children }: RowButtonProps) {
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} data-move={move} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** The list with one item at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, index) => index !== from);
  const item = items[from];
  return item === undefined ? rest : rest.toSpliced(to, 0, item);
}
