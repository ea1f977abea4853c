"""Objects of administration: users, queues, statuses, permissions, histories, and what the Tooling API serves."""

from sandbox.salesforce.schema import SObject
from sandbox.salesforce.standard import sobject

_SETUP = """
Id id fixed
CreatedDate datetime fixed
CreatedById reference fixed >User:CreatedBy
LastModifiedDate datetime fixed
LastModifiedById reference fixed >User:LastModifiedBy
SystemModstamp datetime fixed indexed
"""
_USER = sobject(
    "User",
    "005",
    """
Username string(80) required unique
LastName string(80) required
FirstName string(40)
Name string(121) fixed
Alias string(8)
Email email(128) required
Phone phone(40)
Title string(80)
IsActive boolean =true
UserType picklist fixed |Standard|AutomatedProcess
ProfileId reference required >Profile:Profile
TimeZoneSidKey picklist(40) =Europe/Madrid
LocaleSidKey picklist(40) =es_ES
LanguageLocaleKey picklist(40) =es
FederationIdentifier string(512)
""",
    system=_SETUP,
    deletable=False,
)
_FIXED = {"createable": False, "updateable": False, "deletable": False}
_STATUS = "MasterLabel string(255) fixed\nApiName string(255) fixed\nSortOrder int fixed\n"

_SETTINGS: tuple[SObject, ...] = (
    _USER,
    sobject("Profile", "00e", "Name string(255) fixed\nUserType picklist fixed", system=_SETUP, **_FIXED),
    sobject(
        "Group",
        "00G",
        "Name string(40) required\nDeveloperName string(80)\n"
        "Type picklist =Queue |Regular|Queue\nEmail email(255)",
        system=_SETUP,
    ),
    sobject(
        "GroupMember",
        "011",
        "GroupId reference required indexed >Group:Group\nUserOrGroupId reference required >User,Group",
        system=_SETUP,
    ),
    sobject(
        "QueueSobject",
        "03g",
        "QueueId reference required >Group:Queue\nSobjectType picklist required",
        system=_SETUP,
    ),
    sobject(
        "Organization",
        "00D",
        "Name string(80)\nInstanceName string(5) fixed\nIsSandbox boolean fixed\n"
        "OrganizationType picklist fixed\nTimeZoneSidKey picklist\nDefaultLocaleSidKey picklist\n"
        "LanguageLocaleKey picklist\nNamespacePrefix string(15) fixed",
        system=_SETUP,
        **_FIXED,
    ),
    sobject(
        "LeadStatus",
        "01J",
        _STATUS + "IsConverted boolean fixed\nIsDefault boolean fixed",
        system=_SETUP,
        **_FIXED,
    ),
    sobject(
        "TaskStatus",
        "01T",
        _STATUS + "IsClosed boolean fixed\nIsDefault boolean fixed",
        system=_SETUP,
        **_FIXED,
    ),
    sobject(
        "OpportunityStage",
        "01S",
        _STATUS + "IsActive boolean fixed\nIsClosed boolean fixed\nIsWon boolean fixed\n"
        "DefaultProbability double fixed\nForecastCategoryName picklist fixed",
        system=_SETUP,
        **_FIXED,
    ),
    sobject(
        "AssignmentRule",
        "01Q",
        "Name string(120) fixed\nSobjectType picklist fixed\nActive boolean fixed",
        system=_SETUP,
        **_FIXED,
    ),
    sobject(
        "PermissionSet",
        "0PS",
        "Name string(80) required\nLabel string(80) required\nDescription string(255)\n"
        "ProfileId reference fixed >Profile:Profile\nIsOwnedByProfile boolean fixed\n"
        "LicenseId string(18) initial\nNamespacePrefix string(15) fixed",
        system=_SETUP,
    ),
    sobject(
        "PermissionSetAssignment",
        "0Pa",
        "AssigneeId reference required initial indexed >User:Assignee\n"
        "PermissionSetId reference required initial >PermissionSet:PermissionSet",
        system="Id id fixed\nSystemModstamp datetime fixed",
        updateable=False,
    ),
    sobject(
        "FieldPermissions",
        "01k",
        "ParentId reference required initial indexed >PermissionSet:Parent\n"
        "SobjectType picklist required initial\nField picklist required initial\n"
        "PermissionsRead boolean\nPermissionsEdit boolean",
        system="Id id fixed\nSystemModstamp datetime fixed",
    ),
    sobject(
        "ObjectPermissions",
        "110",
        "ParentId reference required initial indexed >PermissionSet:Parent\n"
        "SobjectType picklist required initial\n"
        "PermissionsCreate boolean\nPermissionsRead boolean\nPermissionsEdit boolean\n"
        "PermissionsDelete boolean\nPermissionsViewAllRecords boolean\nPermissionsModifyAllRecords boolean",
        system=_SETUP,
    ),
)
_HISTORY = """
Id id fixed
IsDeleted boolean fixed
CreatedById reference fixed >User:CreatedBy
CreatedDate datetime fixed indexed
"""
_HISTORIES: tuple[SObject, ...] = (
    sobject(
        "LeadHistory",
        "017",
        "LeadId reference fixed indexed >Lead:Lead\nField picklist(255) fixed\nDataType picklist(40) fixed\n"
        "OldValue anyType(255) fixed long\nNewValue anyType(255) fixed long",
        system=_HISTORY,
        **_FIXED,
    ),
    sobject(
        "OpportunityHistory",
        "008",
        "OpportunityId reference fixed indexed >Opportunity:Opportunity\nStageName picklist fixed\n"
        "Amount double fixed\nCloseDate date fixed\nProbability double fixed\nSystemModstamp datetime fixed",
        system=_HISTORY,
        **_FIXED,
    ),
)
_TOOLING: tuple[SObject, ...] = (
    sobject(
        "CustomField",
        "00N",
        "TableEnumOrId picklist fixed indexed\nDeveloperName string(80) fixed\n"
        "NamespacePrefix string(15) fixed\nManageableState picklist fixed\nLength int fixed\n"
        "Description textarea(1000) fixed\nMetadata anyType fixed long\nFullName string(255) fixed long",
        system=_SETUP,
        tooling=True,
    ),
    sobject(
        "EntityDefinition",
        "4ie",
        "DurableId string(255) fixed\nQualifiedApiName string(255) fixed\nDeveloperName string(255) fixed\n"
        "Label string(255) fixed\nMasterLabel string(255) fixed\nPluralLabel string(255) fixed\n"
        "KeyPrefix string(3) fixed\nIsCustomizable boolean fixed\nIsQueryable boolean fixed",
        system="Id id fixed",
        tooling=True,
        **_FIXED,
    ),
)
ADMINISTRATION = (*_SETTINGS, *_HISTORIES, *_TOOLING)
"""All of them."""
