"""The standard objects that people work with, with the lengths that Salesforce documents."""

from sandbox.salesforce.administration import ADMINISTRATION
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.standard import sobject

_ADDRESS = """
{0}Street textarea(255)
{0}City string(40)
{0}State string(80)
{0}PostalCode string(20)
{0}Country string(80)
"""
_PERSON = """
LastName string(80) required
FirstName string(40)
Salutation picklist(40) |Mr.|Ms.|Mrs.|Dr.|Prof.
Name string(121) fixed
Title string(128)
Phone phone(40)
MobilePhone phone(40)
Fax phone(40)
Email email(80) indexed
"""
_ACTIVITY = """
WhoId reference indexed >Contact,Lead:Who
WhatId reference >Account,Opportunity:What
Subject string(255)
OwnerId reference >User,Group:Owner
Description textarea(32000) long
AccountId reference fixed >Account:Account
IsArchived boolean fixed
"""

LEAD = sobject(
    "Lead",
    "00Q",
    _PERSON
    + "Company string(255) required\n"
    + _ADDRESS.format("")
    + """
Website url(255)
Description textarea(32000) long
LeadSource picklist |Web|Phone_Inquiry|Partner_Referral|Purchased_List|Other
Status picklist =New |New|Working|Nurturing|Unqualified|Qualified
Industry picklist |Agriculture|Banking|Education|Finance|Healthcare|Manufacturing|Retail|Technology|Other
Rating picklist |Hot|Warm|Cold
AnnualRevenue double
NumberOfEmployees int
OwnerId reference indexed >User,Group:Owner
HasOptedOutOfEmail boolean
DoNotCall boolean
IsConverted boolean fixed
ConvertedDate date fixed
ConvertedAccountId reference fixed >Account:ConvertedAccount
ConvertedContactId reference fixed indexed >Contact:ConvertedContact
ConvertedOpportunityId reference fixed indexed >Opportunity:ConvertedOpportunity
IsUnreadByOwner boolean =true
MasterRecordId reference fixed >Lead:MasterRecord
LastActivityDate date fixed
EmailBouncedReason string(255)
EmailBouncedDate datetime
""",
)
CONTACT = sobject(
    "Contact",
    "003",
    _PERSON
    + _ADDRESS.format("Mailing")
    + """
AccountId reference indexed >Account:Account
Department string(80)
Description textarea(32000) long
LeadSource picklist |Web|Phone_Inquiry|Partner_Referral|Purchased_List|Other
OwnerId reference >User:Owner
HasOptedOutOfEmail boolean
DoNotCall boolean
MasterRecordId reference fixed >Contact:MasterRecord
LastActivityDate date fixed
EmailBouncedReason string(255)
EmailBouncedDate datetime
IsPersonAccount boolean fixed
""",
)
ACCOUNT = sobject(
    "Account",
    "001",
    "Name string(255) required indexed\n"
    + _ADDRESS.format("Billing")
    + """
Phone phone(40)
Website url(255)
Industry picklist |Agriculture|Banking|Education|Finance|Healthcare|Manufacturing|Retail|Technology|Other
AnnualRevenue double
NumberOfEmployees int
Description textarea(32000) long
OwnerId reference >User:Owner
MasterRecordId reference fixed >Account:MasterRecord
LastActivityDate date fixed
IsPersonAccount boolean fixed
PersonContactId reference fixed >Contact:PersonContact
FirstName string(40)
LastName string(80)
Salutation picklist(40) |Mr.|Ms.|Mrs.|Dr.|Prof.
PersonEmail email(80) indexed
PersonMobilePhone phone(40)
PersonTitle string(80)
""",
)
TASK = sobject(
    "Task",
    "00T",
    _ACTIVITY
    + """
Status picklist =Not_Started |Not_Started|In_Progress|Completed|Waiting_on_someone_else|Deferred
Priority picklist =Normal |High|Normal|Low
ActivityDate date
IsClosed boolean fixed
IsHighPriority boolean fixed
Type picklist |Call|Email|Meeting|Other
TaskSubtype picklist initial restricted =Task |Task|Email|ListEmail|Cadence|Call|LinkedIn
CallType picklist restricted |Internal|Inbound|Outbound
CallDisposition string(255)
CallDurationInSeconds int
CallObject string(255)
CompletedDateTime datetime fixed
IsReminderSet boolean
ReminderDateTime datetime
IsRecurrence boolean fixed
""",
)
EVENT = sobject(
    "Event",
    "00U",
    _ACTIVITY
    + """
StartDateTime datetime
EndDateTime datetime
ActivityDateTime datetime
ActivityDate date
DurationInMinutes int
IsAllDayEvent boolean
Location string(255)
ShowAs picklist =Busy |Busy|OutOfOffice|Free
Type picklist |Call|Email|Meeting|Other
EventSubtype picklist restricted initial =Event |Event
IsChild boolean fixed
IsPrivate boolean
IsRecurrence boolean fixed
""",
)
EMAIL_MESSAGE = sobject(
    "EmailMessage",
    "02s",
    """
ActivityId reference fixed indexed >Task:Activity
ParentId reference >Account:Parent
RelatedToId reference indexed >Lead,Contact,Account,Opportunity:RelatedTo
Subject string(3000)
FromAddress email(1000)
FromName string(1000)
ToAddress string(4000)
CcAddress string(4000)
TextBody textarea(131072) long
HtmlBody textarea(131072) long
Incoming boolean
Status picklist =3 |0|1|2|3|4|5
MessageDate datetime
MessageIdentifier string(765)
IsBounced boolean
IsTracked boolean
IsOpened boolean fixed
HasAttachment boolean fixed
""",
)
EMAIL_RELATION = sobject(
    "EmailMessageRelation",
    "0Q4",  # not in the documents at hand
    """
EmailMessageId reference required initial indexed >EmailMessage:EmailMessage
RelationId reference initial indexed >Lead,Contact,User:Relation
RelationType picklist required initial restricted |ToAddress|CcAddress|BccAddress|FromAddress|OtherAddress
RelationAddress string(1000) initial
RelationObjectType string(40) fixed
""",
)
OPPORTUNITY = sobject(
    "Opportunity",
    "006",
    """
Name string(120) required
AccountId reference indexed >Account:Account
ContactId reference initial >Contact:Contact
StageName picklist required |Prospecting|Proposal|Negotiation|Closed_Won|Closed_Lost
CloseDate date required
Amount double
Probability double
Type picklist |New_Customer|Existing_Customer
NextStep string(255)
LeadSource picklist |Web|Phone_Inquiry|Partner_Referral|Purchased_List|Other
IsClosed boolean fixed
IsWon boolean fixed
ForecastCategoryName picklist fixed |Pipeline|Best_Case|Commit|Omitted|Closed
Description textarea(32000) long
OwnerId reference >User:Owner
LastStageChangeDate datetime fixed
LastActivityDate date fixed
""",
)
CONTACT_ROLE = sobject(
    "OpportunityContactRole",
    "00K",
    """
OpportunityId reference required initial indexed >Opportunity:Opportunity
ContactId reference required indexed >Contact:Contact
Role picklist |Decision_Maker|Economic_Buyer|Evaluator|Influencer|Business_User|Other
IsPrimary boolean
""",
)
STANDARD: tuple[SObject, ...] = (
    LEAD,
    CONTACT,
    ACCOUNT,
    TASK,
    EVENT,
    EMAIL_MESSAGE,
    EMAIL_RELATION,
    OPPORTUNITY,
    CONTACT_ROLE,
    *ADMINISTRATION,
)
"""Every object that exists before anyone adds one."""
