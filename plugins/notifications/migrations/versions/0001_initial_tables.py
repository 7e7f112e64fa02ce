"""Initial tables: notices, their mail, and what people want by mail."""

import sqlalchemy as sa
from alembic import op

from portal.api import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

UNREAD = sa.text('read_at IS NULL')
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table('nt_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('root_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=300), nullable=False),
    sa.Column('private', sa.Boolean(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('due', UtcDateTime(), nullable=True),
    sa.Column('zone', sa.String(length=40), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nt_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_nt_notice_key'))
    )
    with op.batch_alter_table('nt_notice', schema=None) as batch_op:
        batch_op.create_index('ix_nt_notice_person', ['person_id', 'at', 'id'], unique=False)
        batch_op.create_index('ix_nt_notice_unread', ['person_id', 'at', 'id'], unique=False,
                              sqlite_where=UNREAD, postgresql_where=UNREAD)
        batch_op.create_index('ix_nt_notice_case', ['root_id'], unique=False,
                              sqlite_where=UNREAD, postgresql_where=UNREAD)

    op.create_table('nt_mail',
    sa.Column('notice_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('after', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('notice_id', name=op.f('pk_nt_mail'))
    )
    with op.batch_alter_table('nt_mail', schema=None) as batch_op:
        batch_op.create_index('ix_nt_mail_waiting', ['after', 'notice_id'], unique=False,
                              sqlite_where=WAITING, postgresql_where=WAITING)

    op.create_table('nt_preference',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('email', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'kind', name=op.f('pk_nt_preference'))
    )


def downgrade() -> None:
    op.drop_table('nt_preference')
    with op.batch_alter_table('nt_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_nt_mail_waiting')

    op.drop_table('nt_mail')
    with op.batch_alter_table('nt_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_nt_notice_case')
        batch_op.drop_index('ix_nt_notice_unread')
        batch_op.drop_index('ix_nt_notice_person')

    op.drop_table('nt_notice')
