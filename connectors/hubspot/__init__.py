"""HubSpot as marketing platform."""
