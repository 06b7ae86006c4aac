import { ActionIcon, Group, Paper, Skeleton, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconSearch, IconX } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';

export interface Column<Row> {
  header: string;
  render: (row: Row) => ReactNode;
  width?: number | string;
  /** Hidden on narrow screens. */
  secondary?: boolean;
}

interface DataTableProps<Row> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Where a click on the row leads. The first column should hold a real link: see [`RowLink`]. */
  onRowClick?: (row: Row) => void;
  /** Shown instead of the table when there are no rows. */
  empty: ReactNode;
  page: number;
  pageSize: number;
  total: number;
  onPageChange: (page: number) => void;
}

const skeletonRows = 6;

/** A page of a list: skeleton while loading, an empty state, and a footer with page buttons. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, onRowClick, empty } = props;
  return (
    <Paper withBorder className={classes.frame}>
      {rows?.length === 0 ? (
        empty
      ) : (
        <Table.ScrollContainer minWidth={0}>
          <Table aria-label={label} verticalSpacing="sm" horizontalSpacing="lg" className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                {columns.map((column) => (
                  <Table.Th key={column.header} w={column.width} data-secondary={column.secondary || undefined}>
                    {column.header}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows
                ? rows.map((row) => (
                    <Table.Tr
                      key={rowKey(row)}
                      data-clickable={onRowClick ? true : undefined}
                      onClick={onRowClick && (() => onRowClick(row))}
                    >
                      {columns.map((column) => (
                        <Table.Td key={column.header} data-secondary={column.secondary || undefined}>
                          {column.render(row)}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))
                : Array.from({ length: skeletonRows }, (_, index) => (
                    <Table.Tr key={index}>
                      {columns.map((column) => (
                        <Table.Td key={column.header} data-secondary={column.secondary || undefined}>
                          <Skeleton h={16} my={6} w={`${55 + ((index * 17) % 35)}%`} />
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <TableFooter {...props} />
    </Paper>
  );
}

function TableFooter<Row>({ page, pageSize, total, onPageChange }: DataTableProps<Row>) {
  const { t } = useTranslation();
  if (total === 0 || (total <= pageSize && page === 1)) return null;
  const last = Math.max(1, Math.ceil(total / pageSize));
  const from = Math.min((page - 1) * pageSize + 1, total);
  return (
    <Group justify="space-between" className={classes.footer} component="nav" aria-label={t('common.pagination')}>
      <Text fz="sm" c="dimmed">
        {t('common.pageSummary', { from, to: Math.min(page * pageSize, total), total })}
      </Text>
      <Group gap={4}>
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('common.previousPage')}
          disabled={page <= 1}
          onClick={() => onPageChange(Math.min(page - 1, last))}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('common.nextPage')}
          disabled={page >= last}
          onClick={() => onPageChange(page + 1)}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

interface RowLinkProps {
  icon?: ReactNode;
  title: ReactNode;
  subtitle?: ReactNode;
  link: LinkProps;
}

/** The first cell of a row: picture, name as a link, and a line below. */
export function RowLink({ icon, title, subtitle, link }: RowLinkProps) {
  return (
    <Group gap="sm" wrap="nowrap" miw={0}>
      {icon}
      <div className={classes.titles}>
        <Link {...link} className={classes.link} onClick={(event) => event.stopPropagation()}>
          {title}
        </Link>
        {subtitle && (
          <Text component="div" fz="xs" c="dimmed" truncate>
            {subtitle}
          </Text>
        )}
      </div>
    </Group>
  );
}

interface SearchFieldProps {
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A search field that waits until the reader pauses. */
export function SearchField({ placeholder, value, onChange }: SearchFieldProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(value);
  const report = useDebouncedCallback(onChange, 250);
  useEffect(() => setDraft(value), [value]);

  const set = (text: string) => {
    setDraft(text);
    report(text);
  };
  return (
    <TextInput
      type="search"
      className={classes.search}
      placeholder={placeholder}
      aria-label={placeholder}
      leftSection={<IconSearch size={16} />}
      value={draft}
      onChange={(event) => set(event.currentTarget.value)}
      rightSection={
        draft && (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('common.clear')} onClick={() => set('')}>
            <IconX size={14} />
          </ActionIcon>
        )
      }
    />
  );
}
